/*
 * write.c - writing an image: sections by the caller itself, bulk through a ring of chunks.
 *
 *	caller: get .. fill .. put -> [ workers: pack, any of them; store, one at a time, in the order of put ]
 *
 * The ring holds a few chunks for each worker, whatever is written: a caller who is too fast waits in get, until half of it is free.
 * A worker that has packed the next chunk stores it, too: to hand it to another thread would take longer. Where one waits for the reader
 * of a pipe, the others go on packing.
 * Into a file, the first chunk, and small ones while the threads have nothing to do, are packed and stored by the caller: to wake a thread
 * takes longer. A pipe may be full for as long as its reader likes, so there it is never the caller who waits.
 * The threads begin with the first chunk that is worth it, and are gone after image_writer_finish().
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "image/private.h"

#define WORKERS_MAX 8
#define SLOTS_MAX (2 * WORKERS_MAX + 2)
#define SLOTS_RAW 8			/* with one worker, who is slower than the caller */
#define LIGHT 32768			/* bytes of a small chunk */
#define STEP (1u << 20)		/* bytes of the archive that are worth waking who reads behind */

enum slot_state { SLOT_FREE, SLOT_HELD, SLOT_PUT, SLOT_READY };

struct slot {
	struct image_chunk chunk;	/* first: a chunk is its slot */
	enum slot_state state;
	uint8_t *packed;		/* room for the LZ4 frame */
	size_t packed_len;		/* 0: stored raw */
	void *memory;			/* of both */
};

struct image_writer {
	struct tar_out tar;		/* the caller's until the threads run, then of who is storing */
	struct order order;
	enum image_compress how;
	int started, finished;
	unsigned nworkers;
	pthread_t workers[WORKERS_MAX];
	unsigned nthreads;		/* workers that run */
	int is_file;			/* a regular one */
	int bulk;			/* some was stored by the caller */

	pthread_mutex_t lock;		/* all below */
	pthread_cond_t work, freed, grown;
	struct slot slots[SLOTS_MAX];
	struct slot *queue[SLOTS_MAX];	/* in the order of put; the counters only rise */
	unsigned nslots;
	uint64_t put, packing, stored;	/* chunks */
	int storing;			/* one of the workers is */
	uint64_t written;		/* bytes of the archive that are in the file */
	uint64_t wanted;		/* as many, by who waits for it to grow */
	int sealed;
	int stop;			/* give up at once */
	int last;			/* nothing more will be put */
	struct err_record why;		/* what went wrong in a thread */
};

struct image_writer *image_writer_new(int fd, enum image_compress how, unsigned workers)
{
	struct image_writer *w = calloc(1, sizeof(*w));
	struct stat st;

	if (!w) {
		fail_plain("out of memory");
		return NULL;
	}
	w->how = how;
	w->is_file = !fstat(fd, &st) && S_ISREG(st.st_mode);
	w->nworkers = workers == 0 ? thread_cpus(WORKERS_MAX) : workers < WORKERS_MAX ? workers : WORKERS_MAX;
	if (w->nworkers < 2)
		w->nworkers = 2;		/* one of them may have to wait */
	w->nslots = 2 * w->nworkers + 2;
	if (how == IMAGE_RAW) {
		w->nworkers = 1;
		w->nslots = SLOTS_RAW;
	}
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->work, NULL);
	pthread_cond_init(&w->freed, NULL);
	pthread_cond_init(&w->grown, NULL);
	if (tar_out_open(&w->tar, fd)) {
		image_writer_free(w);
		return NULL;
	}
	return w;
}

/* With the lock held, or while no thread runs. */
static void note_growth(struct image_writer *w)
{
	w->written = w->tar.bytes - w->tar.held;
	if (w->sealed || w->written >= w->wanted)
		pthread_cond_broadcast(&w->grown);
}

int image_write_piece(struct image_writer *w, const char *name, size_t size, const void *text, size_t len)
{
	int begun = w->tar.pieces && !strcmp(name, w->order.sections[w->order.nsections - 1]);
	const char *why = begun ? NULL : w->tar.pieces ? "comes before another section is whole" : order_section(&w->order, name);

	if (why)
		return fail_plain("write the image: %s %s", name, why);
	if (size >= IMAGE_SECTION_MAX - CHECK_SIZE)
		return fail_plain("write the image: section %s has %zu bytes, more than a reader takes", name, size);
	if (size < w->tar.pieces || len > size - w->tar.pieces || (size && !len))
		return fail_plain("write the image: section %s does not have %zu bytes", name, size);
	if (len && ((const char *)text)[len - 1] != '\n')
		return fail_plain("write the image: section %s does not end with a line end", name);
	if (tar_out_section(&w->tar, name, size, text, len))
		return -1;
	note_growth(w);
	return 0;
}

/* ---- threads ---- */

static int store_chunk(struct tar_out *tar, const struct slot *s)
{
	char name[MEMBER_NAME_MAX + sizeof(LZ4_SUFFIX)];

	strcpy(name, s->chunk.name);
	if (!s->packed_len)
		return tar_out_member(tar, name, s->chunk.data, s->chunk.len, "");
	strcat(name, LZ4_SUFFIX);
	return tar_out_member(tar, name, s->packed, s->packed_len, "");
}

/* With the lock held: errors are kept per thread, the caller's thread wants this one. */
static void keep_error(struct image_writer *w)
{
	err_keep(&w->why);
	w->stop = 1;
	pthread_cond_broadcast(&w->work);
	pthread_cond_broadcast(&w->freed);
	pthread_cond_broadcast(&w->grown);
}

static int may_store(const struct image_writer *w)
{
	return !w->storing && w->stored < w->put && w->queue[w->stored % w->nslots]->state == SLOT_READY;
}

/* These two are called with the lock held, and work without it. */
static void store_next(struct image_writer *w)
{
	struct slot *s = w->queue[w->stored % w->nslots];
	int err;

	w->storing = 1;
	pthread_mutex_unlock(&w->lock);
	err = store_chunk(&w->tar, s);
	pthread_mutex_lock(&w->lock);
	w->storing = 0;
	note_growth(w);
	w->stored++;
	s->state = SLOT_FREE;
	if (w->put - w->stored <= w->nslots / 2)
		pthread_cond_signal(&w->freed);
	if (err)
		keep_error(w);
}

static void pack_next(struct image_writer *w)
{
	struct slot *s = w->queue[w->packing++ % w->nslots];

	if (w->how != IMAGE_RAW) {
		pthread_mutex_unlock(&w->lock);
		s->packed_len = lz4_pack(s->packed, lz4_room(), s->chunk.data, s->chunk.len);
		pthread_mutex_lock(&w->lock);
	}
	s->state = SLOT_READY;
}

/* Who is at work looks again when that is done, so whoever finds nothing may sleep, or be gone. */
static void *work(void *arg)
{
	struct image_writer *w = arg;

	thread_enter();
	pthread_mutex_lock(&w->lock);
	while (!w->stop) {
		if (may_store(w))
			store_next(w);
		else if (w->packing < w->put)
			pack_next(w);
		else if (w->last)
			break;
		else
			pthread_cond_wait(&w->work, &w->lock);
	}
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

/* What a small tree never uses is never there. */
static int make_slot(struct image_writer *w, struct slot *s)
{
	s->memory = malloc(IMAGE_CHUNK + CHUNK_ALIGN + (w->how == IMAGE_RAW ? 0 : lz4_room()));
	if (!s->memory)
		return fail_plain("out of memory");
	s->chunk.data = chunk_align(s->memory);
	s->packed = s->chunk.data + IMAGE_CHUNK;
	return 0;
}

static int start(struct image_writer *w)
{
	if (w->started)
		return 0;
	while (w->nthreads < w->nworkers) {
		if (thread_start(&w->workers[w->nthreads], work, w))
			return -1;
		w->nthreads++;
	}
	w->started = 1;
	return 0;
}

/* ---- the caller's side ---- */

static int fail_as_thread(struct image_writer *w)
{
	if (w->why.status == STATUS_DONE)
		return fail_plain("write the image: it was given up");
	err_restore(&w->why);
	return -1;
}

static struct slot *find_free(struct image_writer *w)
{
	unsigned i;

	for (i = 0; i < w->nslots; i++)
		if (w->slots[i].state == SLOT_FREE)
			return &w->slots[i];
	return NULL;
}

struct image_chunk *image_chunk_get(struct image_writer *w)
{
	struct slot *s = NULL;

	pthread_mutex_lock(&w->lock);
	while (!w->stop && !(s = find_free(w)))
		pthread_cond_wait(&w->freed, &w->lock);
	if (w->stop) {
		s = NULL;
		fail_as_thread(w);
	} else {
		s->state = SLOT_HELD;
		s->chunk.len = 0;
		s->chunk.name[0] = '\0';
		s->packed_len = 0;
	}
	pthread_mutex_unlock(&w->lock);
	if (!s || (!s->memory && make_slot(w, s)))
		return NULL;
	return &s->chunk;
}

/* A chunk that is refused here stays with the caller. */
static int check_chunk(struct image_writer *w, struct image_chunk *c)
{
	const char *why = order_bulk(&w->order, c->name);

	if (why)
		return fail_plain("write the image: %s %s", c->name, why);
	if (c->len == 0 || c->len > IMAGE_CHUNK)
		return fail_plain("write the image: %s has %zu bytes", c->name, c->len);
	return 0;
}

/* While nothing is on its way, the threads touch neither the archive nor a slot. 1: it was stored, -1. */
static int store_here(struct image_writer *w, struct slot *s)
{
	int idle, err;

	if (!w->is_file || (s->chunk.len > LIGHT && w->started))
		return 0;
	pthread_mutex_lock(&w->lock);
	idle = w->stored == w->put && !w->stop && (s->chunk.len <= LIGHT || !w->bulk);
	pthread_mutex_unlock(&w->lock);
	if (!idle)
		return 0;
	if (w->how != IMAGE_RAW)
		s->packed_len = lz4_pack(s->packed, lz4_room(), s->chunk.data, s->chunk.len);
	err = store_chunk(&w->tar, s);
	pthread_mutex_lock(&w->lock);
	note_growth(w);
	s->state = SLOT_FREE;
	pthread_mutex_unlock(&w->lock);
	w->bulk = 1;
	return err ? -1 : 1;
}

int image_chunk_put(struct image_writer *w, struct image_chunk *c)
{
	struct slot *s = (struct slot *)c;
	int err = 0;

	if (check_chunk(w, c))
		return -1;
	err = store_here(w, s);
	if (err)
		return err < 0 ? -1 : 0;
	if (start(w))
		return -1;
	pthread_mutex_lock(&w->lock);
	s->state = SLOT_PUT;
	w->queue[w->put++ % w->nslots] = s;
	pthread_cond_signal(&w->work);
	if (w->stop)
		err = fail_as_thread(w);
	pthread_mutex_unlock(&w->lock);
	return err;
}

static void end_threads(struct image_writer *w)
{
	int stop;

	pthread_mutex_lock(&w->lock);
	stop = w->stop;
	pthread_cond_broadcast(&w->work);
	pthread_mutex_unlock(&w->lock);
	for (unsigned i = 0; i < w->nthreads; i++) {
		if (stop)
			thread_stop(w->workers[i]);
		else
			pthread_join(w->workers[i], NULL);
	}
	w->nthreads = 0;
}

int image_writer_finish(struct image_writer *w)
{
	if (w->finished)
		return fail_plain("write the image: it is finished");
	pthread_mutex_lock(&w->lock);
	w->last = 1;
	pthread_mutex_unlock(&w->lock);
	end_threads(w);
	w->finished = 1;
	if (w->stop)
		return fail_as_thread(w);
	if (tar_out_seal(&w->tar))
		return -1;
	pthread_mutex_lock(&w->lock);
	w->sealed = 1;
	note_growth(w);
	pthread_mutex_unlock(&w->lock);
	return 0;
}

void image_writer_stop(struct image_writer *w)
{
	pthread_mutex_lock(&w->lock);
	w->stop = 1;
	pthread_cond_broadcast(&w->grown);
	pthread_mutex_unlock(&w->lock);
}

int writer_await(struct image_writer *w, uint64_t bytes)
{
	int more;

	pthread_mutex_lock(&w->lock);
	w->wanted = w->written > bytes ? 0 : bytes + STEP;
	while (!w->stop && !w->sealed && w->written < w->wanted)
		pthread_cond_wait(&w->grown, &w->lock);
	more = !w->stop && w->written > bytes;
	pthread_mutex_unlock(&w->lock);
	return more;
}

void image_writer_free(struct image_writer *w)
{
	if (!w)
		return;
	image_writer_stop(w);
	end_threads(w);
	tar_out_close(&w->tar);
	for (unsigned i = 0; i < w->nslots; i++)
		free(w->slots[i].memory);
	pthread_cond_destroy(&w->work);
	pthread_cond_destroy(&w->freed);
	pthread_cond_destroy(&w->grown);
	pthread_mutex_destroy(&w->lock);
	free(w);
}
