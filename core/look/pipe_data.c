/*
 * pipe_data.c - the contents of a pipe, copied without taking anything out of it, and put back with the same packets.
 *
 * tee(2) copies the buffers of a pipe with their packet marks into another pipe. A read of that copy goes through buffers of
 * a stream but stops behind a packet. So a byte is put behind the copy: if one read gives all with that byte, it was a stream. Else the marks
 * are found by moving one buffer at a time into a pipe of its own, a byte behind it, and reading: with the byte it was a stream, without
 * it a packet. pipe(7): O_DIRECT makes each write a packet.
 *
 *	FIONREAD 28	buffers: [8 packet][20 packet]	->	bytes=28 packet_at=0,8 packets=8,20
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/base/io.h"
#include "core/look/pipes.h"

#define AT_ONCE (64u << 10)		/* bytes that are read of a stream; the usual capacity */
#define KEPT 4096			/* bytes of one pipe */
#define KEPT_IN_ALL (1u << 20)

struct copy {
	int all[2], one[2], test[2];	/* the copy; one buffer; one buffer and a byte */
	int capacity;			/* of the pipe that ALL takes in, with a byte more if the kernel lets us */
	struct buf text;
	size_t left;
};

/* The pipes of the last copy, for the next one: to make them costs more than all the rest. */
static struct copy spare = { { -1, -1 }, { -1, -1 }, { -1, -1 }, 0, { 0 }, 0 };

static void close_pipes(struct copy *c)
{
	int *ends[] = { c->all, c->one, c->test };

	for (size_t i = 0; i < 3; i++) {
		for (int j = 0; j < 2; j++) {
			io_close(&ends[i][j]);
			ends[i][j] = -1;
		}
	}
	c->capacity = 0;
}

/* C is done with: its pipes are kept, unless something went wrong and is left in them. */
static void copy_free(struct copy *c)
{
	buf_free(&c->text);
	if (c->left)
		close_pipes(c);
	spare = *c;
}

static int make_pipe(int ends[2], int capacity)
{
	if (ends[0] < 0 && pipe2(ends, O_CLOEXEC | O_NONBLOCK))
		return fail("make a pipe");
	if (fcntl(ends[1], F_SETPIPE_SZ, capacity) < 0)
		return fail("make a pipe of %d bytes (see /proc/sys/fs/pipe-max-size)", capacity);
	return 0;
}

static int make_all(struct copy *c, int capacity)
{
	if (c->capacity == capacity)
		return 0;
	c->capacity = 0;
	if (make_pipe(c->all, capacity) < 0)
		return -1;
	if (capacity <= INT_MAX / 2)
		(void)fcntl(c->all[1], F_SETPIPE_SZ, 2 * capacity);	/* above the limit a full pipe is looked at buffer by buffer */
	c->capacity = capacity;
	return 0;
}

static int copy_fill(struct copy *c, int fd, size_t n)
{
	c->left = n;
	if (tee(fd, c->all[1], n, SPLICE_F_NONBLOCK) != (ssize_t)n)
		return fail_plain("the contents of a pipe (%zu bytes) cannot be copied as a whole", n);
	return 0;
}

/* N bytes of the pipe whose reading end FD is, which holds no more. */
static int copy_make(struct copy *c, int fd, uint64_t capacity, size_t n)
{
	*c = spare;
	return make_all(c, (int)capacity) < 0 ? -1 : copy_fill(c, fd, n);
}

/* Reads N bytes of the copy, or up to the end of a packet, behind what is in OUT. */
static ssize_t copy_read(const struct copy *c, struct buf *out, size_t n)
{
	char *to = buf_reserve(out, n);
	ssize_t got = to ? read(c->all[0], to, n) : -1;

	if (got <= 0)
		return buf_check(out) ? -1 : fail("read the copy of a pipe");
	buf_end(out, to + got);
	return got;
}

/* 1: all of it is a stream, and has been read. 0: there may be packets, and the copy is as it was. */
static int copy_is_stream(struct copy *c, int fd)
{
	size_t n = c->left;
	ssize_t got;

	if (n > AT_ONCE || write(c->all[1], "|", 1) != 1)
		return 0;
	buf_clear(&c->text);
	got = copy_read(c, &c->text, n + 1);
	if (got == (ssize_t)n + 1)
		c->left = 0;
	if (got < 0 || !c->left)
		return got < 0 ? -1 : 1;
	for (size_t rest = n + 1 - (size_t)got; rest; rest -= (size_t)got)
		if ((got = copy_read(c, &c->text, rest)) < 0)
			return -1;
	return copy_fill(c, fd, n);
}

/* The next buffer into c->text. 1 *PACKET tells, 0 no more, -1. */
static int copy_next(struct copy *c, int *packet)
{
	ssize_t n, got;
	char byte, *to;

	if (!c->left)
		return 0;
	if (c->one[0] < 0 && (make_pipe(c->one, 1) < 0 || make_pipe(c->test, 2 * getpagesize()) < 0))
		return -1;
	n = splice(c->all[0], NULL, c->one[1], NULL, c->left, SPLICE_F_NONBLOCK);
	if (n <= 0 || splice(c->one[0], NULL, c->test[1], NULL, (size_t)n, SPLICE_F_NONBLOCK) != n || write(c->test[1], "|", 1) != 1)
		return fail("move a buffer out of the copy of a pipe");
	buf_clear(&c->text);
	to = buf_reserve(&c->text, (size_t)n + 1);
	if (!to)
		return buf_check(&c->text);
	got = read(c->test[0], to, (size_t)n + 1);
	*packet = got == n;
	if (got != n + 1 && (got != n || read(c->test[0], &byte, 1) != 1))
		return fail("read a buffer out of the copy of a pipe");
	c->left -= (size_t)n;
	buf_end(&c->text, to + n);
	return 1;
}

static int list_add(struct arena *a, struct u64_list *list, size_t *cap, uint64_t value)
{
	if (!arena_grow(a, &list->v, list->n, cap, sizeof(*list->v)))
		return -1;
	list->v[list->n++] = value;
	return 0;
}

static uint64_t pages(uint64_t bytes)
{
	uint64_t page = (uint64_t)getpagesize();

	return (bytes + page - 1) / page;
}

/* Buffer by buffer. */
static int measure_packets(struct copy *c, struct arena *a, struct pipe_state *state, uint64_t *slots)
{
	size_t at_cap = 0, len_cap = 0;
	uint64_t run = 0, at = 0;	/* length of the stream so far, and where we are */
	int packet = 0, r;

	while ((r = copy_next(c, &packet)) > 0) {
		size_t len = c->text.len;

		if (!packet) {
			run += len;
		} else {
			*slots += pages(run) + 1;
			run = 0;
			if (list_add(a, &state->packet_at, &at_cap, at) < 0 || list_add(a, &state->packets, &len_cap, len) < 0)
				return -1;
			if (pages(len) > 1)	/* no write(2) makes such a packet */
				*slots = UINT64_MAX / 2;
		}
		at += len;
	}
	*slots += pages(run);
	return r;
}

/* What was read to see what it is need not be copied once more, if it is little. */
static int keep(struct arena *a, struct pipe_state *state, const char *text)
{
	static size_t left = KEPT_IN_ALL;

	if (state->bytes > KEPT || state->bytes > left)
		return 0;
	state->kept = arena_alloc(a, (size_t)state->bytes);
	if (!state->kept)
		return -1;
	memcpy(state->kept, text, (size_t)state->bytes);
	left -= (size_t)state->bytes;
	return 0;
}

int pipe_data_measure(int fd, struct arena *a, struct pipe_state *state, uint64_t *slots)
{
	struct copy c;
	int n, r;

	*slots = 0;
	if (ioctl(fd, FIONREAD, &n))
		return fail("look into a pipe");
	state->bytes = (uint64_t)n;
	if (!n)
		return 0;
	r = copy_make(&c, fd, state->capacity, (size_t)n);
	if (!r)
		r = copy_is_stream(&c, fd);
	if (r > 0) {
		*slots = pages(state->bytes);
		r = keep(a, state, c.text.p);
	} else if (!r) {
		r = measure_packets(&c, a, state, slots);
	}
	copy_free(&c);
	return r < 0 ? -1 : 0;
}

/* The rest of a packet that is read in part would be gone, so a read may not end within one. */
static int take_piece(struct copy *c, const struct pipe_state *state, struct buf *out)
{
	ssize_t got;
	int packet;

	if (state->packets.n) {
		if (copy_next(c, &packet) < 0)
			return -1;
		buf_add(out, c->text.p, c->text.len);
		return buf_check(out);
	}
	got = copy_read(c, out, c->left < AT_ONCE ? c->left : AT_ONCE);
	if (got < 0)
		return -1;
	c->left -= (size_t)got;
	return 0;
}

int pipe_data_dump(int fd, const struct pipe_state *state, int (*put)(void *ctx, const void *data, size_t len), void *ctx)
{
	static const size_t enough = 256 << 10;
	cleanup_buf struct buf out = { 0 };
	struct copy c;
	int r;

	if (state->kept)
		return put(ctx, state->kept, (size_t)state->bytes);
	r = copy_make(&c, fd, state->capacity, (size_t)state->bytes);
	while (!r && c.left) {
		r = take_piece(&c, state, &out);
		if (!r && (out.len >= enough || !c.left)) {
			r = put(ctx, out.p, out.len);
			buf_clear(&out);
		}
	}
	copy_free(&c);
	return r;
}

int pipe_data_check(const struct file *f, const struct pipe_state *state)
{
	uint64_t slots = 0, end = 0, page = (uint64_t)getpagesize();
	const struct u64_list *at = &state->packet_at, *len = &state->packets;

	if (at->n != len->n)
		return fail_image("open file %u: %zu packets at %zu places", f->id, len->n, at->n);
	for (size_t i = 0; i < at->n; i++) {
		if (!len->v[i] || len->v[i] > page || at->v[i] < end || at->v[i] > state->bytes || len->v[i] > state->bytes - at->v[i])
			return fail_image("open file %u: packet %zu is out of range", f->id, i);
		slots += pages(at->v[i] - end) + 1;
		end = at->v[i] + len->v[i];
	}
	if (state->bytes > state->capacity || slots + pages(state->bytes - end) > state->capacity / page)
		return fail_image("open file %u: %" PRIu64 " bytes do not fit into a pipe of %" PRIu64, f->id, state->bytes, state->capacity);
	return 0;
}

/* A packet, or the stream up to the next one: where that ends which begins at LOADED. */
static uint64_t run_end(const struct pipe_state *state, int *packet)
{
	*packet = 0;
	for (size_t i = 0; i < state->packet_at.n; i++) {
		if (state->packet_at.v[i] < state->loaded)
			continue;
		*packet = state->packet_at.v[i] == state->loaded;
		return *packet ? state->loaded + state->packets.v[i] : state->packet_at.v[i];
	}
	return state->bytes;
}

/* A packet written behind a page of the stream that has room would be added to it: a whole buffer that is moved stays alone. */
static int put_packet(int fd, const uint8_t *data, size_t len)
{
	int ends[2], ok;

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK | O_DIRECT))
		return fail("make a pipe");
	ok = write(ends[1], data, len) == (ssize_t)len && splice(ends[0], NULL, fd, NULL, len, SPLICE_F_NONBLOCK) == (ssize_t)len;
	if (!ok)
		fail("put a packet of %zu bytes into a pipe", len);
	close(ends[0]);
	close(ends[1]);
	return ok ? 0 : -1;
}

static int put(int fd, struct pipe_state *state, const uint8_t *data, size_t len, int packet)
{
	ssize_t n;

	state->loaded += len;
	if (packet)
		return put_packet(fd, data, len);
	n = write(fd, data, len);
	if (n == (ssize_t)len)
		return 0;
	return n < 0 ? fail("write into a pipe") : fail_plain("the contents do not fit into the pipe");
}

/* Of the UNIT bytes that are written at once DATA has only a part. How many were taken goes to *TAKEN. */
static int put_part(int fd, struct arena *a, struct pipe_state *state, const uint8_t *data, size_t len, size_t unit, int packet, size_t *taken)
{
	if (!state->part && !(state->part = arena_alloc(a, (size_t)getpagesize())))
		return -1;
	*taken = unit - state->have < len ? unit - state->have : len;
	memcpy(state->part + state->have, data, *taken);
	state->have += *taken;
	if (state->have < unit)
		return 0;
	state->have = 0;
	return put(fd, state, state->part, unit, packet);
}

/* Of a stream whole pages are written, so that it takes no more of them than it has to. */
int pipe_data_load(int fd, struct arena *a, struct pipe_state *state, const uint8_t *data, size_t len)
{
	size_t page = (size_t)getpagesize(), n;
	int packet, ret;

	for (; len; data += n, len -= n) {
		size_t run = (size_t)(run_end(state, &packet) - state->loaded);
		size_t unit = packet || run < page ? run : page;

		if (!run)
			return fail_image("a pipe has more contents than its %" PRIu64 " bytes", state->bytes);
		n = len < run ? len / page * page : run;
		ret = state->have || len < unit ? put_part(fd, a, state, data, len, unit, packet, &n) : put(fd, state, data, n, packet);
		if (ret < 0)
			return -1;
	}
	return 0;
}
