/*
 * look.h - what several kinds of open file ask about a descriptor: does its path lead to it, which flags and conditions hang
 * on it, who else holds the pipe. Knows no kind.
 */
#ifndef CR_LOOK_LOOK_H
#define CR_LOOK_LOOK_H

#include <sys/sysmacros.h>

#include "core/unit.h"

/* musl shows O_LARGEFILE only with this name, glibc as 0 on 64 bit; the kernel's value is what fdinfo prints. */
#if defined(__aarch64__) || defined(__arm__) || defined(__powerpc__)
#define LOOK_O_LARGEFILE 0400000u
#elif defined(__sparc__)
#define LOOK_O_LARGEFILE 0x40000u
#else
#define LOOK_O_LARGEFILE 0100000u
#endif

/* ---- saying so (refuse.c) ---- */

/* "fd 7" of the process: refused. 0, or -1 when memory ran out. */
int look_refuse(struct scan *s, const struct fd_look *l, const char *id, const char *remedy, const char *meaning, ...)
	PRINTF_LIKE(5, 6);
int file_refuse(struct report *r, const struct file *f, enum verdict verdict, const char *id, const char *remedy,
		const char *meaning, ...) PRINTF_LIKE(6, 7);
/* Whose .links name this link of a descriptor, or name of a mapping, that is on no mount of ours; NULL: nobody's. */
const struct check *look_check_of(const char *link);
const char *look_quote(struct arena *a, const char *text);	/* fit for a message; never NULL */
int look_is_deleted(const char *text);		/* ends with " (deleted)", which a name may do by itself too */

/* ---- paths (path.c) ---- */

#define LEADS_ELSEWHERE "%s leads to another file (something is mounted over it, or it was replaced)"

/*
 * Opens PATH as it stands: no symbolic link on the way (the kernel's names hold none), nothing created. -1 with errno, nothing
 * recorded. The second one opens only what is of TYPE (S_IFREG, ...): a device or FIFO of that name is never opened by mistake;
 * otherwise errno is EINVAL.
 */
int path_open(const char *path, uint32_t flags);
int path_open_type(const char *path, mode_t type, uint32_t flags, struct stat *st);

/* Before the tree is ended: does PATH lead to what F has open, still? 0, or -1 refused. */
int path_again(const struct file *f, const char *path);

/* struct statx: the two libcs disagree on who defines it. */
struct kernel_statx {
	uint32_t mask, blksize;
	uint64_t attributes;
	uint32_t nlink, uid, gid;
	uint16_t mode, spare;
	uint64_t ino, size, blocks, attributes_mask;
	uint64_t times[8];
	uint32_t rdev_major, rdev_minor, dev_major, dev_minor;
	uint64_t mnt_id;		/* Linux 5.8: 0 before */
	uint64_t rest[13];
};

/* Asks no server, as a dead one would hang us. PATH "": DIR itself. -1 with errno. */
int path_stat(int dir, const char *path, struct kernel_statx *st);
int path_same(const struct kernel_statx *a, const struct kernel_statx *b);	/* the same file, reached through the same mount */

/*
 * PATH of the descriptor has to lead to it, in our root and namespace, without asking a file system that may hang. Anything else is
 * reported, with ID when no better one fits. 1 it does, 0 reported, -1.
 */
int path_leads_to(struct scan *s, const struct fd_look *l, const char *id);

/* May we not open it as FLAGS say, though it may be open so since before (chmod, chattr +i, +a)? */
int path_denies(const char *path, uint32_t flags);
#define PATH_DENIED "give the right back (chmod, chattr -i -a)"

/* Before a restore: is there something of TYPE at PATH? Fills ST. 1 yes, 0 reported, -1 (nonsense in the image). */
int path_preflight(struct rebuild *r, const struct file *f, const char *id, const char *path, mode_t type, struct stat *st);

/* ... and is anything mounted where what it lay on was (see mount_point())? Else it is the empty folder below. 0, or -1. */
#define MOUNT_LOOKED_AT "looked at before the restore: what was one file system may be several now"
int mount_preflight(struct report *r, pid_t pid, const char *mount);

/* ---- flags and conditions (fdflags.c) ---- */

#define FDFLAGS_ANY (O_ACCMODE | O_APPEND | O_NONBLOCK | LOOK_O_LARGEFILE)
#define FDFLAGS_DISK (FDFLAGS_ANY | O_DIRECT | O_SYNC | O_NOATIME | O_NOFOLLOW)	/* O_SYNC holds O_DSYNC */

/* Reports flag bits that are not in ALLOWED, O_ASYNC, locks and leases. */
int fdflags_look(struct scan *s, const struct fd_look *l, uint32_t allowed);

/* Reports what only our copy tells: F_SETOWN, F_SETSIG, leases, dnotify. TYPE: S_IFREG, ... */
int fdflags_capture(struct scan *s, const struct file *f, mode_t type);

/* Flags of an image: -1 (fail_image) when there are others than ALLOWED. */
int fdflags_check(const struct file *f, uint32_t allowed);

/* Makes those flags that can be changed on an open file as they were. -1 recorded. */
int fdflags_set(const struct file *f);

static inline int rdev_is_pts(dev_t rdev) { return major(rdev) >= 136 && major(rdev) <= 143; }	/* Documentation/admin-guide/devices.txt */
static inline int flags_read(uint32_t flags) { return (flags & 3) != 1; }
static inline int flags_write(uint32_t flags) { return (flags & 3) != 0; }

/* ---- who holds a pipe, FIFO or open file (holders.c) ---- */

struct holder {
	uint64_t ino, dev;		/* DEV 0: an anonymous pipe */
	pid_t pid, tid;
	int fd;
	int ends;			/* of a pipe, as the link shows them */
};

struct holders {
	struct holder *v;
	size_t n, cap;
	int fifos;			/* FIFOs are in it too */
	pid_t unreadable;		/* the first process that could not be looked into; 0: none */
	struct arena *arena;
};

#define BOTH_ENDS (S_IRUSR | S_IWUSR)

/*
 * Does nobody outside of the tree hold the pipe or file that DEV and INO of a holder tell? ENDS: those that the tree holds. Returned with
 * those of processes that were not looked at yet; both when somebody else was reported; -1.
 */
int holders_relate(struct scan *s, const struct file *f, uint64_t dev, uint64_t ino, int ends);
/* The relate() of what has a position, which nobody else may move. Where all is appended it is of no account. */
int holders_relate_position(struct scan *s, struct file *f);

/* kcmp(2) of the open file and a descriptor of a thread: 0 the same one, 1 or 2 how they are ordered. -1 with errno. */
long look_compare(const struct file *f, pid_t tid, int fd);

/* Our own copy of a descriptor of a process, running or not; -1 with errno. */
int look_copy_fd(pid_t pid, int fd);

#endif
