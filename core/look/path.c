/*
 * path.c - does the name of an open file lead to it?
 *
 *	/proc/41/fd/3 -> /var/log/job.log			it does, or something is mounted over it
 *	/proc/41/fd/4 -> /tmp/work (deleted)			unlinked, or a file that is called so
 *
 * openat2(2), proc_pid_fd(5)
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/openat2.h>

#include "core/base/io.h"
#include "core/look/look.h"
#include "core/look/mounts.h"

int path_open(const char *path, uint32_t flags)
{
	struct open_how how = {
		.flags = flags | O_CLOEXEC,
		.resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};

	if (!(flags & O_PATH))
		how.flags |= O_NOCTTY;
	if (path[0] != '/') {
		errno = EINVAL;
		return -1;
	}
	return (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof(how));
}

int path_stat(int dir, const char *path, struct kernel_statx *st)
{
	const unsigned dont_sync = 0x4000, wanted = 0x17ff;	/* AT_STATX_DONT_SYNC; STATX_BASIC_STATS and STATX_MNT_ID */

	_Static_assert(sizeof(*st) == 256, "the kernel's size");
	memset(st, 0, sizeof(*st));
	return (int)syscall(SYS_statx, dir, path, AT_EMPTY_PATH | dont_sync, wanted, st);
}

int path_open_type(const char *path, mode_t type, uint32_t flags, struct stat *st)
{
	cleanup_fd int at = path_open(path, O_PATH | O_NOFOLLOW);
	cleanup_fd int fd = -1;
	struct stat again;

	if (at < 0 || fstat(at, st))
		return -1;
	errno = EINVAL;
	if ((st->st_mode & S_IFMT) != type)
		return -1;
	if (flags & O_PATH && !(flags & ~(uint32_t)(O_PATH | O_NOFOLLOW)))
		return io_steal_fd(&at);
	fd = path_open(path, flags);
	if (fd < 0 || fstat(fd, &again))
		return -1;
	errno = EAGAIN;			/* replaced in between */
	return again.st_dev == st->st_dev && again.st_ino == st->st_ino ? io_steal_fd(&fd) : -1;
}

int path_same(const struct kernel_statx *a, const struct kernel_statx *b)
{
	return a->ino == b->ino && !memcmp(&a->dev_major, &b->dev_major, 16);		/* the device and the mount */
}

int path_again(const struct file *f, const char *path)
{
	cleanup_fd int at = path_open(path, O_PATH | O_NOFOLLOW);
	struct kernel_statx there, is;
	char link[48];

	snprintf(link, sizeof(link), "/proc/%d/fd/%d", f->tid, f->fd);
	if (at >= 0 && path_stat(at, "", &there) == 0 && path_stat(AT_FDCWD, link, &is) == 0 && path_same(&there, &is))
		return 0;
	return fail_refused("process %d fd %d: somebody moved or removed what it has open while it was being dumped: try again", f->pid, f->fd);
}

static int unsafe(struct scan *s, const struct fd_look *l, const char *fstype)
{
	const char *name = look_quote(&s->model->arena, l->text), *type = look_quote(&s->model->arena, fstype);

	switch (fs_class(fstype)) {
	case FS_NETWORK:
		return look_refuse(s, l, "network_fs", "copy the file to a local disk", "%s is on a network file system (%s)", name, type);
	case FS_AUTOMOUNT:
		return look_refuse(s, l, "network_fs", "", "%s lies below an automount point", name);
	default:
		return look_refuse(s, l, "network_fs", "", "%s is on a file system that is not known to be local (%s)", name, type);
	}
}

/* The file system has to be one whose files are plain data; device nodes may lie on devtmpfs too. 1 it is, 0 reported, -1. */
static int on_good_fs(struct scan *s, const struct fd_look *l)
{
	const char *name = look_quote(&s->model->arena, l->text), *way;
	int r;

	if (!l->fstype[0]) {
		r = look_refuse(s, l, "mount", "", "%s is on a mount that this namespace does not have (detached, or another mount namespace)",
				name);
		return r < 0 ? -1 : 0;
	}
	switch (fs_class(l->fstype)) {
	case FS_LOCAL:
	case FS_DEVICE:
	case FS_TERMINAL:
		way = mounts_unsafe_on_way(s->mounts, l->text);
		if (!way)
			return 1;
		r = unsafe(s, l, way);
		break;
	case FS_PROC:
		r = look_refuse(s, l, "procfs", "", "%s is a file of /proc", name);
		break;
	case FS_QUEUE:
		r = look_refuse(s, l, "mqueue", "", "%s is a POSIX message queue", name);
		break;
	case FS_KERNEL:
		r = look_refuse(s, l, "sysfs", "", "%s is a file of the kernel (%s)", name, l->fstype);
		break;
	default:
		r = unsafe(s, l, l->fstype);
	}
	return r < 0 ? -1 : 0;
}

int path_denies(const char *path, uint32_t flags)
{
	struct kernel_statx st;

	if (faccessat(AT_FDCWD, path, (flags_read(flags) ? R_OK : 0) | (flags_write(flags) ? W_OK : 0), AT_EACCESS) < 0)
		return 1;
	if (!flags_write(flags) || flags & O_APPEND || path_stat(AT_FDCWD, path, &st) < 0)
		return 0;
	return st.attributes & 0x20;				/* STATX_ATTR_APPEND */
}

/* A FIFO is opened for both directions first, and a terminal is another one afterwards. */
static int is_denied(const struct fd_look *l)
{
	return !(l->flags & O_PATH) && !S_ISCHR(l->st.st_mode) && path_denies(l->text, S_ISFIFO(l->st.st_mode) ? O_RDWR : l->flags);
}

int path_leads_to(struct scan *s, const struct fd_look *l, const char *id)
{
	const char *name = look_quote(&s->model->arena, l->text);
	int r = on_good_fs(s, l);
	struct kernel_statx now;
	struct stat st;

	if (r <= 0)
		return r;
	if (!l->have_stat) {
		r = look_refuse(s, l, "unknown", "", "%s cannot be looked at", name);
		return r < 0 ? -1 : 0;
	}
	cleanup_fd int fd = path_open(l->text, O_PATH | O_NOFOLLOW);

	if (fd >= 0 && !fstat(fd, &st) && st.st_ino == l->st.st_ino && st.st_dev == l->st.st_dev &&
	    (S_ISCHR(st.st_mode) || path_stat(fd, "", &now) || !now.mnt_id || now.mnt_id == (uint64_t)l->mnt_id)) {
		if (!is_denied(l))
			return 1;			/* a device is the same one on every mount */
		r = look_refuse(s, l, id, PATH_DENIED, "%s may not be opened again as it is (mode, chattr +i or +a)", name);
	} else if (look_is_deleted(l->text) || !l->st.st_nlink)
		r = look_refuse(s, l, "unlinked", "", "%s%s", name, l->st.st_nlink ? ": this name was removed, the file has others" : "");
	else if (fd < 0)
		r = look_refuse(s, l, id, "", "%s cannot be found by its name: %s", name, strerror(errno));
	else
		r = look_refuse(s, l, id, "", LEADS_ELSEWHERE, name);
	return r < 0 ? -1 : 0;
}

int path_preflight(struct rebuild *r, const struct file *f, const char *id, const char *path, mode_t type, struct stat *st)
{
	const char *name = look_quote(&r->model->arena, path);

	if (path[0] != '/' || strlen(path) >= 4096)
		return fail_image("open file %u: '%s' is not an absolute path", f->id, name);
	cleanup_fd int fd = path_open(path, O_PATH | O_NOFOLLOW);

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return file_refuse(r->report, f, FINDING_REFUSED, id, "put it back where it was", "%s does not exist here", name);
	if (fd < 0 && errno == ELOOP)
		return file_refuse(r->report, f, FINDING_REFUSED, id, "put the file itself there", "%s now goes through a symbolic link", name);
	if (fd < 0 || fstat(fd, st))
		return file_refuse(r->report, f, FINDING_REFUSED, id, "", "%s cannot be looked at: %s", name, strerror(errno));
	if ((st->st_mode & S_IFMT) == type)
		return 1;
	return file_refuse(r->report, f, FINDING_REFUSED, id, "put it back as it was", "%s is now another type of file", name);
}

int mount_preflight(struct report *r, pid_t pid, const char *mount)
{
	const uint64_t mount_root = 0x2000;		/* STATX_ATTR_ */
	struct kernel_statx st;

	/* There is always a root, be it the folder of a chroot; before Linux 5.8 it cannot be told. */
	if (!mount[0] || !mount[1] || (!path_stat(AT_FDCWD, mount, &st) && (st.attributes | ~st.attributes_mask) & mount_root))
		return 0;
	return report_refuse(r, "mount", pid, mount, "mount it again", "nothing is mounted here now");
}
