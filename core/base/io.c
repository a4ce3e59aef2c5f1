/*
 * io.c - descriptors: whole reads and writes.
 *
 * A /proc file tells no size and may give less than was asked for at any time: it has to be read until it gives nothing.
 *
 * open(2), read(2), readlink(2), fcntl(2)
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>

#include "core/base/io.h"

#define CHUNK (32 * 1024)

/* -1: errno set, nothing recorded; EFBIG: more than LIMIT. */
static int read_to_end(int fd, struct buf *out, size_t limit)
{
	size_t total = 0;

	for (;;) {
		size_t room = out->cap - out->len > CHUNK ? out->cap - out->len - 1 : CHUNK;
		char *to = buf_reserve(out, room);
		ssize_t n;

		if (!to) {
			errno = ENOMEM;
			return -1;
		}
		n = read(fd, to, room);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return (int)n;
		total += (size_t)n;
		if (limit && total > limit) {
			to[0] = '\0';
			errno = EFBIG;
			return -1;
		}
		out->len += (size_t)n;
	}
}

int io_read_all(int fd, struct buf *out, size_t limit)
{
	size_t before = out->len;

	if (!read_to_end(fd, out, limit))
		return 0;
	if (!out->failed) {
		out->len = before;
		out->p[before] = '\0';
	}
	if (errno == EFBIG)
		return fail_plain("more than %zu bytes to read", limit);
	return fail("read");
}

int io_read_file(int dirfd, const char *path, struct buf *out)
{
	cleanup_fd int fd = -1;
	size_t before = out->len;
	int err;

	do
		fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	while (fd < 0 && errno == EINTR);
	if (fd < 0)
		return -1;
	if (!read_to_end(fd, out, 0))
		return 0;
	err = errno;
	if (!out->failed) {
		out->len = before;
		out->p[before] = '\0';
	}
	close(io_steal_fd(&fd));	/* here, so that it cannot change errno on the way out */
	errno = err;
	return -1;
}

int io_readlink(int dirfd, const char *path, struct buf *out)
{
	size_t room;

	buf_clear(out);
	for (room = 256; room <= 1024 * 1024; room *= 2) {
		char *to = buf_reserve(out, room);
		ssize_t n;

		if (!to) {
			errno = ENOMEM;
			return -1;
		}
		n = readlinkat(dirfd, path, to, room);
		if (n < 0)
			return -1;
		if ((size_t)n < room) {
			out->len = (size_t)n;
			return 0;
		}
		to[0] = '\0';
	}
	errno = ENAMETOOLONG;
	return -1;
}

int io_write_all(int fd, const void *data, size_t len)
{
	const char *p = data;

	while (len) {
		ssize_t n = write(fd, p, len < SSIZE_MAX ? len : SSIZE_MAX);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail("write");
		if (n == 0)
			return fail_plain("write: nothing was taken");
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

int io_read_full(int fd, void *data, size_t len)
{
	char *p = data;

	while (len) {
		ssize_t n = read(fd, p, len < SSIZE_MAX ? len : SSIZE_MAX);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail("read");
		if (n == 0)
			return fail_plain("read: the end came %zu bytes too early", len);
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

int io_move_fd(int fd, int min)
{
	int moved = fcntl(fd, F_DUPFD_CLOEXEC, min);

	if (moved < 0)
		fail("move descriptor %d to %d or above", fd, min);
	close(fd);
	return moved;
}
