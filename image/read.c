/*
 * read.c - reading an image: sections in the caller's thread, bulk some steps ahead in a helper thread.
 *
 *	helper: read -> [ slot | slot | slot | slot ] -> caller: image_read_next
 *
 * A slot is unpacked by the helper, while it can read no further, or by the caller, who would have to wait otherwise.
 * The helper begins behind the first large bulk member; small ones, all of a small file, and those that nobody wants are read by the caller,
 * because to start and wake a thread takes longer. Memory is bounded by the slots, and for a section by what has really arrived: no number in
 * the archive makes us allocate.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "image/private.h"

#define LIGHT (1 << 20)			/* bytes of a small file */
#define SMALL 16384			/* of a small member */
#define SLOTS 4			/* one with the caller, two ready or being unpacked, one being filled */

enum slot_state { SLOT_DONE, SLOT_PACKED, SLOT_BUSY, SLOT_BAD };

struct slot {
	char name[MEMBER_NAME_MAX];
	void *memory;
	uint8_t *data, *packed;		/* IMAGE_CHUNK bytes of it, each */
	size_t len, stored;
	enum slot_state state;		/* SLOT_BUSY: being unpacked; SLOT_BAD: the caller will be told why it cannot be */
};

struct image_reader {
	struct tar_in tar;		/* the caller's until the helper runs */
	struct order order;
	struct buf text;		/* of a section */
	XXH64_state_t *lines;		/* of it */
	int blind;			/* nobody wants the text */
	LZ4F_dctx *dctx, *dctx_ahead;	/* the caller's and the helper's */
	struct slot slots[SLOTS];
	pthread_t helper;
	int alone;			/* there will be no helper */
	int helping, holding;		/* the helper was started; the caller holds a slot */
	int result;			/* of the last call: 1 go on, 0 ended, -1 failed */

	pthread_mutex_t lock;		/* all below, and the states of slots that were made */
	pthread_cond_t filled, freed;
	uint64_t made, taken;		/* slots; MADE is the helper's, TAKEN the caller's */
	int stop;
	int end;			/* 1: the helper is through; what it found: */
	struct err_record why;
};

struct image_reader *image_reader_new(int fd)
{
	struct image_reader *r = calloc(1, sizeof(*r));
	struct stat st;

	if (!r) {
		fail_plain("out of memory");
		return NULL;
	}
	r->result = 1;
	r->alone = !fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size <= LIGHT;
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->filled, NULL);
	pthread_cond_init(&r->freed, NULL);
	r->lines = XXH64_createState();
	if (!r->lines)
		fail_plain("out of memory");
	if (!r->lines || tar_in_open(&r->tar, fd)) {
		image_reader_free(r);
		return NULL;
	}
	return r;
}

struct image_reader *reader_behind(int fd, struct image_writer *w)
{
	struct image_reader *r = image_reader_new(fd);

	if (r) {
		r->tar.behind = w;
		image_reader_blind(r);
	}
	return r;
}

void image_reader_blind(struct image_reader *r)
{
	r->alone = r->blind = 1;
}

/* ---- members: in whichever thread reads ---- */

/* Takes ".lz4" off the name. */
static int name_is_packed(char *name)
{
	size_t len = strlen(name), suffix = strlen(LZ4_SUFFIX);

	if (len <= suffix || strcmp(name + len - suffix, LZ4_SUFFIX))
		return 0;
	name[len - suffix] = '\0';
	return 1;
}

static int read_bulk(struct image_reader *r, struct slot *s)
{
	struct tar_in *t = &r->tar;
	char name[sizeof(t->name)];
	const char *why;

	strcpy(name, t->name);
	s->state = name_is_packed(name) ? SLOT_PACKED : SLOT_DONE;
	why = order_bulk(&r->order, name);
	if (why)
		return fail_image("the image is damaged: member %s %s", t->name, why);
	if (t->size > IMAGE_CHUNK)
		return fail_image("the image is damaged: member %s has %llu bytes", t->name, (unsigned long long)t->size);
	strcpy(s->name, name);
	s->stored = s->len = (size_t)t->size;
	return tar_in_data(t, s->state == SLOT_PACKED ? s->packed : s->data, s->stored) ? -1 : 0;
}

static int unpack(LZ4F_dctx *dctx, struct slot *s)
{
	if (lz4_unpack(dctx, s->data, &s->len, s->packed, s->stored)) {
		fail_context("the image is damaged: member %s" LZ4_SUFFIX, s->name);
		return -1;
	}
	return 0;
}

/* The last line vouches for the others, so that no record is decoded that was not written so. TEXT: it is text. */
static int check_section(struct image_reader *r, int text)
{
	char want[CHECK_SIZE + 1], is[CHECK_SIZE];

	if (tar_in_data(&r->tar, is, CHECK_SIZE))
		return -1;
	check_format(want, XXH64_digest(r->lines));
	if (memcmp(is, want, CHECK_SIZE))
		return fail_image("the image is damaged: section %s is not what its last line says", r->tar.name);
	return text ? 0 : fail_image("the image is damaged: section %s is not text", r->tar.name);
}

static int read_section(struct image_reader *r, struct image_member *m)
{
	struct tar_in *t = &r->tar;
	const char *why = order_section(&r->order, t->name);
	int text = 1;

	if (why)
		return fail_image("the image is damaged: member %s %s", t->name, why);
	if (t->size > IMAGE_SECTION_MAX)
		return fail_image("the image is damaged: section %s has %llu bytes", t->name, (unsigned long long)t->size);
	if (t->size < CHECK_SIZE)
		return fail_image("the image is damaged: section %s is too short", t->name);
	buf_clear(&r->text);
	buf_puts(&r->text, "");
	XXH64_reset(r->lines, 0);
	while (t->left > CHECK_SIZE) {
		size_t left = (size_t)t->left - CHECK_SIZE, n = left < IMAGE_CHUNK ? left : IMAGE_CHUNK;
		char *to;

		if (r->blind)
			buf_clear(&r->text);
		to = buf_reserve(&r->text, n);
		if (!to)
			return buf_check(&r->text);
		if (tar_in_data(t, to, n))
			return -1;
		XXH64_update(r->lines, to, n);
		buf_end(&r->text, to + n);
		text = strlen(to) == n && text && (n < left || to[n - 1] == '\n');
	}
	if (check_section(r, text))
		return -1;
	*m = (struct image_member){ t->name, (uint8_t *)r->text.p, r->text.len, (size_t)t->size, 0 };
	return 1;
}

/* 1: a section or bulk, 0: the seal, and it is good. */
static int next_member(struct image_reader *r, enum member_type *type)
{
	char name[sizeof(r->tar.name)];

	if (tar_in_next(&r->tar))
		return -1;
	strcpy(name, r->tar.name);
	name_is_packed(name);
	*type = name_type(name);
	if (*type == MEMBER_BAD || (*type != MEMBER_BULK && strcmp(name, r->tar.name)))
		return fail_image("the image is damaged: member %llu has a bad name", (unsigned long long)r->tar.members + 1);
	if (r->tar.members == 0 && strcmp(name, "header"))
		return fail_image("this is not an image of cr: its first member is not the header");
	if (*type == MEMBER_SECTION && r->dctx)
		return fail_image("the image is damaged: section %s comes after bulk data", name);
	if (*type == MEMBER_SEAL)
		return tar_in_seal(&r->tar) ? -1 : 0;
	return 1;
}

/* ---- the helper ---- */

/* With the lock held, but not while it works: 1, or 0 where there is nothing to unpack. */
static int unpack_one(struct image_reader *r, LZ4F_dctx *dctx)
{
	for (uint64_t i = r->taken; i < r->made; i++) {
		struct slot *s = &r->slots[i % SLOTS];
		enum slot_state then;

		if (s->state != SLOT_PACKED)
			continue;
		s->state = SLOT_BUSY;
		pthread_mutex_unlock(&r->lock);
		then = unpack(dctx, s) ? SLOT_BAD : SLOT_DONE;
		pthread_mutex_lock(&r->lock);
		s->state = then;
		if (then == SLOT_BAD)
			err_clear();	/* it is said when the slot is taken; what the caller had recorded stays, if all is well */
		pthread_cond_signal(&r->filled);
		return 1;
	}
	return 0;
}

/* A slot is taken until the caller asks for the one after it. */
static struct slot *wait_free(struct image_reader *r)
{
	struct slot *s;

	pthread_mutex_lock(&r->lock);
	while (!r->stop && r->made - r->taken == SLOTS)
		if (!unpack_one(r, r->dctx_ahead))
			pthread_cond_wait(&r->freed, &r->lock);
	s = r->stop ? NULL : &r->slots[r->made % SLOTS];
	pthread_mutex_unlock(&r->lock);
	return s;
}

static void publish(struct image_reader *r)
{
	pthread_mutex_lock(&r->lock);
	r->made++;
	pthread_cond_signal(&r->filled);
	pthread_mutex_unlock(&r->lock);
}

/* The first bulk member's header has been read. Returns as image_read_next(). */
static int read_ahead(struct image_reader *r)
{
	int more;

	do {
		struct slot *s = wait_free(r);
		enum member_type type;

		if (!s || read_bulk(r, s))
			return -1;
		publish(r);
		more = next_member(r, &type);
	} while (more > 0);
	return more;
}

static void *help(void *arg)
{
	struct image_reader *r = arg;
	int result;

	thread_enter();
	result = read_ahead(r);
	pthread_mutex_lock(&r->lock);
	if (result)
		err_keep(&r->why);
	r->end = 1;
	pthread_cond_signal(&r->filled);
	pthread_mutex_unlock(&r->lock);
	return NULL;
}

/* ---- the caller's side ---- */

static int make_context(LZ4F_dctx **dctx)
{
	return LZ4F_isError(LZ4F_createDecompressionContext(dctx, LZ4F_VERSION)) ? fail_plain("out of memory") : 0;
}

static int make_slots(struct image_reader *r)
{
	for (unsigned i = 0; i < (r->alone ? 1 : SLOTS); i++) {
		struct slot *s = &r->slots[i];

		s->memory = malloc(2 * IMAGE_CHUNK + CHUNK_ALIGN);
		if (!s->memory)
			return fail_plain("out of memory");
		s->data = chunk_align(s->memory);
		s->packed = s->data + IMAGE_CHUNK;
	}
	return make_context(&r->dctx);
}

static int start_helper(struct image_reader *r)
{
	if (make_context(&r->dctx_ahead) || thread_start(&r->helper, help, r))
		return -1;
	r->helping = 1;
	return 0;
}

static int give(const struct slot *s, struct image_member *m)
{
	*m = (struct image_member){ s->name, s->data, s->len, s->stored, 1 };
	return 1;
}

/* 1: the next slot is there, as whole as it gets; 0: there will be none. */
static int wait_filled(struct image_reader *r)
{
	const struct slot *s = &r->slots[r->taken % SLOTS];

	while (r->made == r->taken ? !r->end : s->state != SLOT_DONE && s->state != SLOT_BAD)
		if (!unpack_one(r, r->dctx))
			pthread_cond_wait(&r->filled, &r->lock);
	return r->made != r->taken;
}

static int take_slot(struct image_reader *r, struct image_member *m)
{
	struct slot *s;
	int result;

	pthread_mutex_lock(&r->lock);
	if (r->holding) {
		r->taken++;
		pthread_cond_signal(&r->freed);
	}
	r->holding = result = wait_filled(r);
	if (!result && r->why.status != STATUS_DONE) {
		err_restore(&r->why);
		result = -1;
	}
	s = &r->slots[r->taken % SLOTS];
	pthread_mutex_unlock(&r->lock);
	if (result <= 0)
		return result;
	return s->state == SLOT_BAD && unpack(r->dctx, s) ? -1 : give(s, m);
}

static int read_next(struct image_reader *r, struct image_member *m)
{
	struct slot *s = &r->slots[0];
	enum member_type type;
	int result;

	if (r->helping)
		return take_slot(r, m);
	result = next_member(r, &type);
	if (result <= 0)
		return result;
	if (type == MEMBER_SECTION)
		return read_section(r, m);
	buf_free(&r->text);		/* there will be no more */
	if (!r->dctx && make_slots(r))
		return -1;
	if (!r->alone && s->len > SMALL)
		return start_helper(r) ? -1 : take_slot(r, m);
	return read_bulk(r, s) || (s->state == SLOT_PACKED && unpack(r->dctx, s)) ? -1 : give(s, m);
}

/* An end is final: asking again gives the same. */
int image_read_next(struct image_reader *r, struct image_member *m)
{
	if (r->result > 0)
		r->result = read_next(r, m);
	return r->result;
}

void image_reader_free(struct image_reader *r)
{
	if (!r)
		return;
	if (r->helping) {
		pthread_mutex_lock(&r->lock);
		r->stop = 1;
		pthread_cond_signal(&r->freed);
		pthread_mutex_unlock(&r->lock);
		thread_stop(r->helper);
	}
	tar_in_close(&r->tar);
	LZ4F_freeDecompressionContext(r->dctx);
	LZ4F_freeDecompressionContext(r->dctx_ahead);
	for (unsigned i = 0; i < SLOTS; i++)
		free(r->slots[i].memory);
	XXH64_freeState(r->lines);
	buf_free(&r->text);
	pthread_cond_destroy(&r->filled);
	pthread_cond_destroy(&r->freed);
	pthread_mutex_destroy(&r->lock);
	free(r);
}
