/*
 * calls.c - system calls as the kernel has them, for a static program. See libc.c.
 *
 * musl tries once more what kernels before Linux 2.6.27 do not know, goes by /proc for descriptors that are but a path (O_PATH), and may be
 * cancelled in some of them.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#if defined(__x86_64__) && !defined(__clang__)
#define NO_FLOAT __attribute__((target("general-regs-only")))	/* as in printf.c */
#else
#define NO_FLOAT
#endif

/* ---- files ---- */

int faccessat(int dirfd, const char *path, int mode, int flags)
{
	return (int)(flags ? syscall(SYS_faccessat2, dirfd, path, mode, flags) : syscall(SYS_faccessat, dirfd, path, mode));
}

NO_FLOAT int openat(int dirfd, const char *path, int flags, ...)
{
	unsigned mode;
	va_list args;

	va_start(args, flags);
	mode = va_arg(args, unsigned);
	va_end(args);
	return (int)syscall(SYS_openat, dirfd, path, flags | O_LARGEFILE, mode);
}

NO_FLOAT int open(const char *path, int flags, ...)
{
	unsigned mode;
	va_list args;

	va_start(args, flags);
	mode = va_arg(args, unsigned);
	va_end(args);
	return openat(AT_FDCWD, path, flags, mode);
}

/* Where what the kernel fills in is struct stat: probe-cc tries it. */
int fstatat(int dirfd, const char *restrict path, struct stat *restrict st, int flags)
{
	return (int)syscall(SYS_newfstatat, dirfd, path, st, flags);
}

ssize_t readlinkat(int dirfd, const char *restrict path, char *restrict to, size_t size)
{
	return (ssize_t)syscall(SYS_readlinkat, dirfd, path, to, size);
}

ssize_t readlink(const char *restrict path, char *restrict to, size_t size)
{
	return readlinkat(AT_FDCWD, path, to, size);
}

/* ---- descriptors ---- */

NO_FLOAT int fcntl(int fd, int cmd, ...)
{
	unsigned long arg;
	va_list args;

	va_start(args, cmd);
	arg = va_arg(args, unsigned long);
	va_end(args);
	return (int)syscall(SYS_fcntl, fd, cmd, arg);
}

int fchmod(int fd, mode_t mode)
{
	return (int)syscall(SYS_fchmod, fd, mode);
}

int fchown(int fd, uid_t uid, gid_t gid)
{
	return (int)syscall(SYS_fchown, fd, uid, gid);
}

int fchdir(int fd)
{
	return (int)syscall(SYS_fchdir, fd);
}

int isatty(int fd)
{
	struct winsize size;

	return !syscall(SYS_ioctl, fd, TIOCGWINSZ, &size);
}

int pipe2(int ends[2], int flags)
{
	return (int)syscall(SYS_pipe2, ends, flags);
}

int socket(int domain, int type, int protocol)
{
	return (int)syscall(SYS_socket, domain, type, protocol);
}

/* ---- time ---- */

int clock_gettime(clockid_t clock, struct timespec *t)
{
	return (int)syscall(SYS_clock_gettime, clock, t);
}

/* Its name inside of musl. */
int __clock_gettime(clockid_t, struct timespec *);
int __clock_gettime(clockid_t clock, struct timespec *t)
{
	return clock_gettime(clock, t);
}

int nanosleep(const struct timespec *t, struct timespec *left)
{
	return (int)syscall(SYS_nanosleep, t, left);
}
