/*
 * pieces.c - a long text of /proc, piece by piece.
 *
 * The kernel makes such a text while it is read. So of a very long one a second thread reads the next piece while we look at this one. What
 * fails there is tried again here, so that what is recorded is ours.
 */
#include <fcntl.h>
#include <pthread.h>

#include "core/base/io.h"
#include "core/base/thread.h"
#include "core/proc/proc.h"

#define PIECE (64 * 1024)		/* bytes: of smaps some eighty mappings, in memory that serves for the next ones */

struct source {
	int dirfd, fd;
	const char *name;
	int (*begins)(const char *line);	/* NULL: each line is an entry */
	struct buf rest;		/* read, but the last entry may go on */
	int more;
};

static void swap(struct buf *a, struct buf *b)
{
	struct buf c = *a;

	*a = *b;
	*b = c;
}

/* Where the last entry begins: not at the end. */
static size_t whole_length(const struct source *s, const struct buf *text)
{
	size_t at = text->len;

	while (at && !(text->p[at - 1] == '\n' && (!s->begins || s->begins(text->p + at))))
		at--;
	return at;
}

/* OUT: whole entries. An enum proc_result; where it is none, nothing that was read is lost. */
static int next_piece(struct source *s, struct buf *out)
{
	size_t before = s->rest.len, whole;
	int ret = proc_read_piece(s->dirfd, s->name, s->fd, &s->rest, PIECE);

	if (ret)
		return ret;
	s->more = s->rest.len - before >= PIECE;
	swap(out, &s->rest);
	buf_clear(&s->rest);
	if (!s->more)
		return PROC_OK;
	whole = whole_length(s, out);
	buf_add(&s->rest, out->p + whole, out->len - whole);
	buf_end(out, out->p + whole);
	return buf_check(&s->rest);
}

/* ---- by a second thread ---- */

#if ENABLE_APPLET_DUMP || ENABLE_APPLET_RESTORE
#define MANY 2				/* pieces: to start a thread takes as long as to read one */

struct ahead {
	struct source *source;		/* of the thread alone while it runs */
	pthread_t thread;
	int running;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct buf piece;
	int full, last;			/* PIECE is to be taken; and no other comes */
	int stop;
};

static void *read_ahead(void *arg)
{
	struct ahead *a = arg;
	cleanup_buf struct buf text = { 0 };
	int last = 0;

	while (!last) {
		last = next_piece(a->source, &text) != PROC_OK || !a->source->more;
		pthread_mutex_lock(&a->lock);
		while (a->full && !a->stop)
			pthread_cond_wait(&a->changed, &a->lock);
		swap(&a->piece, &text);
		a->full = 1;
		a->last = last;
		last |= a->stop;
		pthread_cond_signal(&a->changed);
		pthread_mutex_unlock(&a->lock);
		buf_clear(&text);
	}
	return NULL;
}

static void begin_ahead(struct ahead *a, struct source *s)
{
	a->source = s;
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->changed, NULL);
	a->running = thread_beside(&a->thread, read_ahead, a);
}

static void end_ahead(struct ahead *a)
{
	if (!a->running)
		return;
	pthread_mutex_lock(&a->lock);
	a->stop = 1;
	pthread_cond_signal(&a->changed);
	pthread_mutex_unlock(&a->lock);
	pthread_join(a->thread, NULL);
	a->running = 0;
	buf_free(&a->piece);
}

static void take_ahead(struct ahead *a, struct buf *out)
{
	int last;

	pthread_mutex_lock(&a->lock);
	while (!a->full)
		pthread_cond_wait(&a->changed, &a->lock);
	swap(out, &a->piece);
	buf_clear(&a->piece);
	a->full = 0;
	last = a->last;
	pthread_cond_signal(&a->changed);
	pthread_mutex_unlock(&a->lock);
	if (last)
		end_ahead(a);
}
#else					/* a small program does not grow by all that threads need */
#define MANY 0

struct ahead {
	int running;
};

static inline void begin_ahead(struct ahead *a, struct source *s) { (void)a, (void)s; }
static inline void end_ahead(struct ahead *a) { (void)a; }
static inline void take_ahead(struct ahead *a, struct buf *out) { (void)a, (void)out; }
#endif

/* ---- both ---- */

int proc_each_piece(int dirfd, const char *name, int (*begins)(const char *line), int (*take)(void *ctx, const char *text), void *ctx)
{
	struct source s = { .dirfd = dirfd, .fd = -1, .name = name, .begins = begins, .more = 1 };
	struct ahead ahead = { 0 };
	cleanup_buf struct buf text = { 0 };
	int ret = proc_open_file(dirfd, name, O_RDONLY, &s.fd);

	for (unsigned n = 0; !ret && (ahead.running || s.more); n++) {
		if (n == MANY)
			begin_ahead(&ahead, &s);
		if (ahead.running)
			take_ahead(&ahead, &text);
		else
			ret = next_piece(&s, &text);
		if (!ret && text.len)
			ret = take(ctx, text.p);
	}
	end_ahead(&ahead);
	buf_free(&s.rest);
	io_close(&s.fd);
	return ret;
}
