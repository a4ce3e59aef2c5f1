/*
 * io.h - descriptors: whole reads and writes, and closing at the end of a scope.
 */
#ifndef CR_BASE_IO_H
#define CR_BASE_IO_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <unistd.h>

#include "core/base/buf.h"

/* Appends all of FD up to its end. -1: recorded. LIMIT 0: no limit; else more bytes than that is an error. */
int io_read_all(int fd, struct buf *out, size_t limit);

/*
 * Appends the whole text file PATH, looked up from DIRFD. Returns -1 with errno kept and NOTHING recorded,
 * so that callers can treat a vanished process (ENOENT, ESRCH) as a value.
 */
int io_read_file(int dirfd, const char *path, struct buf *out);

/* The same for a file whose text the kernel makes as a whole: what gives less than was asked for is the end. See single_open() in fs/seq_file.c. */
int io_read_record(int dirfd, const char *path, struct buf *out);

/* Appends ENOUGH bytes of such a file or somewhat more; nothing at its end. -1 with errno, nothing recorded. */
int io_read_piece(int fd, struct buf *out, size_t enough);

/* readlink of any length into OUT (cleared first). -1 with errno kept and nothing recorded. */
int io_readlink(int dirfd, const char *path, struct buf *out);

/* All of it: 0, or -1 with an error recorded. */
int io_write_all(int fd, const void *data, size_t len);

/*
 * The bare call, for a child that makes system calls and ends: fork(3) of the C library puts in order what it does not need. What asks the
 * library who we are (raise(3)) is wrong in it. -1 with errno, nothing recorded.
 */
pid_t io_fork(void);

static inline void io_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}
#define cleanup_fd __attribute__((cleanup(io_close)))

/* The descriptor, which the variable no longer owns. */
static inline int io_steal_fd(int *fd)
{
	int n = *fd;

	*fd = -1;
	return n;
}

/*
 * The names in a folder, one after the other, in the kernel's order, "." and ".." left out; readdir(3) wants memory of its own for each
 * folder. Begins as { .fd = an open folder or -1 }; cleanup_listing closes it. The next name is valid until the one after it; NULL: the
 * end, or an error with errno (else 0) and nothing recorded. See getdents(2).
 */
struct io_listing {
	int fd;
	unsigned at, end;		/* bytes of ENTRIES */
	uint64_t entries[256];
};
struct io_listing io_list(int dirfd, const char *path);	/* fd -1: errno */
const char *io_next_name(struct io_listing *l);

static inline void io_close_listing(struct io_listing *l)
{
	io_close(&l->fd);
}
#define cleanup_listing __attribute__((cleanup(io_close_listing)))

#endif
