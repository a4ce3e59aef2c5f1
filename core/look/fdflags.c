/*
 * fdflags.c - flags of an open file, and what else can hang on a descriptor whatever its kind: locks, leases, an owner for SIGIO.
 *
 *	flags:	02102001
 *	lock:	1: FLOCK  ADVISORY  WRITE 14249 fe:00:10994253 0 EOF
 *
 * open(2), fcntl(2), proc_pid_fdinfo(5)
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "core/look/look.h"
#include "core/proc/proc.h"

/* Not in every libc. */
#ifndef F_GETSIG
#define F_GETSIG 11
#endif
#ifndef F_GETOWN_EX
#define F_GETOWN_EX 16
#endif
#ifndef F_GETLEASE
#define F_GETLEASE 1025
#endif
#ifndef FASYNC
#define FASYNC 020000
#endif

/* struct f_owner_ex of fcntl(2): some libcs keep it to themselves. */
struct owner {
	int type;
	int pid;
};

/* What F_SETFL may change, see fcntl(2); O_ASYNC is refused. */
#define SETTABLE (O_APPEND | O_NONBLOCK | O_DIRECT | O_NOATIME)

static int look_locks(struct scan *s, const struct fd_look *l)
{
	static const char *const names[] = {
		[PROC_LOCK_POSIX] = "a POSIX lock", [PROC_LOCK_OFD] = "an open file description lock", [PROC_LOCK_FLOCK] = "a flock",
		[PROC_LOCK_LEASE] = "a lease", [PROC_LOCK_DELEG] = "a delegation", [PROC_LOCK_ACCESS] = "a mandatory access lock",
	};

	for (size_t i = 0; l->info && i < l->info->locks.n; i++) {
		enum proc_lock_kind kind = l->info->locks.v[i].kind;
		const char *id = kind == PROC_LOCK_LEASE || kind == PROC_LOCK_DELEG ? "lease" : "lock";

		if (look_refuse(s, l, id, "", "%s on %s", names[kind], look_quote(&s->model->arena, l->text)) < 0)
			return -1;
	}
	return 0;
}

int fdflags_look(struct scan *s, const struct fd_look *l, uint32_t allowed)
{
	uint32_t unknown = l->flags & ~(allowed | O_CLOEXEC | FASYNC);

	if (l->flags & FASYNC && look_refuse(s, l, "owner", "", "sends SIGIO (O_ASYNC)") < 0)
		return -1;
	/* A file that was made without a name keeps this flag for ever, also when it has been given one. */
	if ((unknown & O_TMPFILE) == O_TMPFILE) {
		unknown &= ~(uint32_t)O_TMPFILE;
		if (look_refuse(s, l, "unlinked", "", "made without a name (O_TMPFILE)") < 0)
			return -1;
	}
	if (unknown && look_refuse(s, l, "unknown", "", "opened with flags that cannot be made again: 0%o", unknown) < 0)
		return -1;
	if ((l->flags & O_ACCMODE) == 3 && look_refuse(s, l, "unknown", "", "opened for ioctl only (access mode 3)") < 0)
		return -1;
	return look_locks(s, l);
}

int fdflags_capture(struct scan *s, const struct file *f, mode_t type)
{
	int is_directory = type == S_IFDIR;
	struct owner owner = { 0, 0 };
	const char *id = is_directory ? "dnotify" : "owner";
	int sig, lease;

	if (scan_is_newborn(s))		/* we have just opened it */
		return 0;
	if (fcntl(f->local_fd, F_GETOWN_EX, &owner))
		return fail("fd %d of process %d: F_GETOWN_EX", f->fd, f->pid);
	sig = fcntl(f->local_fd, F_GETSIG);
	/* Only this tells of a directory watch: its mask can be read nowhere. */
	if ((owner.type || owner.pid || sig) &&
	    file_refuse(s->report, f, FINDING_REFUSED, id, "", is_directory ? "watched with F_NOTIFY, or has an owner for signals" :
			"has an owner for signals (F_SETOWN, F_SETSIG)") < 0)
		return -1;
	if (type != S_IFREG)		/* nothing else can have one */
		return 0;
	lease = fcntl(f->local_fd, F_GETLEASE);
	if (lease != F_UNLCK && lease >= 0 && file_refuse(s->report, f, FINDING_REFUSED, "lease", "", "holds a lease") < 0)
		return -1;
	return 0;
}

int fdflags_check(const struct file *f, uint32_t allowed)
{
	if (f->flags & ~allowed || ((f->flags & O_ACCMODE) == 3))
		return fail_image("open file %u: flags 0%o are not those of a %s", f->id, f->flags, f->kind->name);
	return 0;
}

int fdflags_set(const struct file *f)
{
	if (fcntl(f->local_fd, F_SETFL, f->flags & SETTABLE))
		return fail("open file %u: set its flags to 0%o", f->id, f->flags);
	return 0;
}
