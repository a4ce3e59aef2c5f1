/* dump_sections.c - writes the sections of an image, and reads each piece again: what no restore would take is noticed while the tree lives. */
#include "core/dump.h"
#include "core/mem/mem.h"

struct section {
	struct image_writer *writer;
	const char *name;
	struct model_reading again;
	size_t size;
	int written;
};

static int fail_again(void)
{
	return fail_plain("the image would not read back: %s", err_text());
}

static int write_piece(void *ctx, char *text, size_t len, int last)
{
	struct section *s = ctx;

	if (last && !len && s->size)
		return 0;
	if (image_write_piece(s->writer, s->name, s->size, text, len) < 0)
		return -1;
	return model_read_lines(&s->again, text, len) < 0 ? fail_again() : 0;
}

/* Its length stands before a section, so a large one is made twice: once to be counted. */
static int count_piece(void *ctx, char *text, size_t len, int last)
{
	struct section *s = ctx;

	s->written = last && !s->size;
	s->size += len;
	return s->written ? write_piece(s, text, len, last) : 0;
}

static int write_section(const struct model *m, unsigned i, struct image_writer *w, struct model *again)
{
	struct section s = { .writer = w, .name = model_sections[i] };

	if (model_read_begin(&s.again, again, s.name) < 0 || model_write_section(m, i, count_piece, &s) < 0)
		return -1;
	return s.written ? 0 : model_write_section(m, i, write_piece, &s);
}

int dump_write_sections(const struct model *m, struct image_writer *w)
{
	struct model again = { .like = m };
	int ret = 0;

	for (unsigned i = 0; !ret && model_sections[i]; i++)
		ret = write_section(m, i, w, &again);
	if (!ret && (model_check_whole(&again) < 0 || mem_check(&again) < 0))
		ret = fail_again();
	model_free(&again);
	return ret;
}
