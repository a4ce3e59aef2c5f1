/*
 * dump_sections.c - writes the sections of an image, and reads them again: what no restore would take is noticed while the tree lives.
 *
 * A second thread reads them while the pages are written. Not where they are large, those of thousands of threads or mappings: then each piece is
 * read as soon as it is written, and gone.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/thread.h"
#include "core/dump.h"
#include "core/mem/mem.h"

#define SECTIONS 4			/* of model_sections */
#define MUCH (64u << 10)		/* bytes: below that to start a thread takes longer than to read them */

struct dump_check {
	struct model again;
	struct kept {
		const char *name;
		struct buf text;
	} kept[SECTIONS];		/* not read yet */
	size_t n, bytes;
	int large;			/* there was a section in pieces */
	pthread_t thread;
	int running;
	int ret;			/* of the thread */
	struct err_record why;
};

struct section {
	struct dump_check *check;
	struct image_writer *writer;
	const char *name;
	struct model_reading again;
	size_t size;
	int written;
};

/* ---- reading ---- */

static int fail_again(const char *why)
{
	return fail_plain("the image would not read back: %s", why);
}

static int read_kept(struct dump_check *c)
{
	int ret = 0;

	for (size_t i = 0; i < c->n; i++) {
		struct kept *k = &c->kept[i];

		if (!ret)
			ret = model_read_section(&c->again, k->name, k->text.p, k->text.len);
		buf_free(&k->text);
	}
	c->n = 0;
	return ret;
}

static int read_all(struct dump_check *c)
{
	return read_kept(c) < 0 || model_check_whole(&c->again) < 0 || mem_check(&c->again) < 0 ? -1 : 0;
}

static void *read_beside(void *arg)
{
	struct dump_check *c = arg;

	c->ret = read_all(c);
	if (c->ret < 0)
		err_keep(&c->why);
	return NULL;
}

/* Now, or by a second thread. */
static int start_reading(struct dump_check *c)
{
	c->running = !c->large && c->bytes > MUCH && thread_beside(&c->thread, read_beside, c);
	return !c->running && read_all(c) < 0 ? fail_again(err_text()) : 0;
}

static void join(struct dump_check *c)
{
	if (c->running)
		pthread_join(c->thread, NULL);
	c->running = 0;
}

void dump_check_drop(struct dump_check *c)
{
	if (!c)
		return;
	join(c);
	for (size_t i = 0; i < c->n; i++)
		buf_free(&c->kept[i].text);
	model_free(&c->again);
	free(c);
}

int dump_check_end(struct dump_check *c)
{
	int ret = 0;

	if (c)
		join(c);
	if (c && c->ret < 0)
		ret = fail_again(c->why.text);
	dump_check_drop(c);
	return ret;
}

/* ---- writing ---- */

/* TEXT is all of the section. */
static void keep(struct dump_check *c, const char *name, struct buf *text)
{
	c->bytes += text->len;
	c->kept[c->n++] = (struct kept) { name, *text };
	*text = (struct buf) { 0 };
}

static int write_piece(void *ctx, struct buf *text, int last)
{
	struct section *s = ctx;

	if (last && !text->len && s->size)
		return 0;
	if (image_write_piece(s->writer, s->name, s->size, text->p, text->len) < 0)
		return -1;
	if (s->written) {
		keep(s->check, s->name, text);
		return 0;
	}
	s->check->large = 1;
	return read_kept(s->check) < 0 || model_read_lines(&s->again, text->p, text->len) < 0 ? fail_again(err_text()) : 0;
}

/* Its length stands before a section, so a large one is made twice: once to be counted. */
static int count_piece(void *ctx, struct buf *text, int last)
{
	struct section *s = ctx;

	s->written = last && !s->size;
	s->size += text->len;
	return s->written ? write_piece(s, text, last) : 0;
}

static int write_section(const struct model *m, unsigned i, struct image_writer *w, struct dump_check *c)
{
	struct section s = { .check = c, .writer = w, .name = model_sections[i] };

	if (model_read_begin(&s.again, &c->again, s.name) < 0 || model_write_section(m, i, count_piece, &s) < 0)
		return -1;
	return s.written ? 0 : model_write_section(m, i, write_piece, &s);
}

int dump_write_sections(const struct model *m, struct image_writer *w, struct dump_check **check)
{
	struct dump_check *c = calloc(1, sizeof(*c));
	int ret = c ? 0 : fail_plain("out of memory");

	*check = c;
	if (c)
		c->again.like = m;
	for (unsigned i = 0; !ret && model_sections[i]; i++)
		ret = write_section(m, i, w, c);
	if (!ret)
		ret = start_reading(c);
	if (ret < 0 || c->running)
		return ret;
	dump_check_drop(c);
	*check = NULL;
	return 0;
}
