/*
 * io.c - descriptors: whole reads and writes.
 *
 * A /proc file tells no size and may give less than was asked for at any time: it has to be read until it gives nothing, unless it is one
 * whose text is made at once.
 *
 * open(2), read(2), readlink(2), fcntl(2)
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>

#include "core/base/io.h"

#define PIECE 4096			/* most files of /proc give no more at once */

/* Which read(2) is the last one. */
enum end { AT_NOTHING, AT_SHORT };

/*
 * To the end, or until ENOUGH bytes came. -1: errno set, nothing recorded; EFBIG: more than LIMIT. It goes by way of the stack: no room has
 * to be made in OUT for what most files of /proc do not have.
 */
static int read_on(int fd, struct buf *out, size_t limit, size_t enough, enum end end)
{
	__attribute__((uninitialized)) char piece[PIECE];
	size_t total = 0;

	for (;;) {
		ssize_t n = read(fd, piece, sizeof(piece));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		total += (size_t)n;
		if (limit && total > limit) {
			errno = EFBIG;
			return -1;
		}
		buf_add(out, piece, (size_t)n);
		if (out->failed) {
			errno = ENOMEM;
			return -1;
		}
		if (!n || total >= enough || (end == AT_SHORT && (size_t)n < sizeof(piece)))
			return 0;
	}
}

static void take_back(struct buf *out, size_t len)
{
	if (out->failed || !out->p)
		return;
	out->len = len;
	out->p[len] = '\0';
}

int io_read_all(int fd, struct buf *out, size_t limit)
{
	size_t before = out->len;

	if (!read_on(fd, out, limit, SIZE_MAX, AT_NOTHING))
		return 0;
	take_back(out, before);
	if (errno == EFBIG)
		return fail_plain("more than %zu bytes to read", limit);
	return fail("read");
}

static int read_file(int dirfd, const char *path, struct buf *out, enum end end)
{
	cleanup_fd int fd = -1;
	size_t before = out->len;
	int err;

	do
		fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	while (fd < 0 && errno == EINTR);
	if (fd < 0)
		return -1;
	if (!read_on(fd, out, 0, SIZE_MAX, end))
		return 0;
	err = errno;
	take_back(out, before);
	close(io_steal_fd(&fd));	/* here, so that it cannot change errno on the way out */
	errno = err;
	return -1;
}

int io_read_file(int dirfd, const char *path, struct buf *out)
{
	return read_file(dirfd, path, out, AT_NOTHING);
}

int io_read_record(int dirfd, const char *path, struct buf *out)
{
	return read_file(dirfd, path, out, AT_SHORT);
}

int io_read_piece(int fd, struct buf *out, size_t enough)
{
	return read_on(fd, out, 0, enough, AT_NOTHING);
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
			buf_end(out, to + n);
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

struct io_listing io_list(int dirfd, const char *path)
{
	return (struct io_listing) { .fd = openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) };
}

/* struct linux_dirent64 of the kernel; the C library's has its name only where it is asked for. */
struct entry {
	uint64_t ino;
	int64_t off;
	unsigned short reclen;
	unsigned char type;
	char name[];
};

const char *io_next_name(struct io_listing *l)
{
	for (;;) {
		struct entry *e = (struct entry *)((char *)l->entries + l->at);

		if (l->at >= l->end) {
			long n = syscall(SYS_getdents64, l->fd, l->entries, sizeof(l->entries));

			if (n <= 0) {
				errno = n ? errno : 0;
				return NULL;
			}
			l->at = 0;
			l->end = (unsigned)n;
			continue;
		}
		l->at += e->reclen;
		if (strcmp(e->name, ".") && strcmp(e->name, ".."))
			return e->name;
	}
}

pid_t io_fork(void)
{
	return (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
}
