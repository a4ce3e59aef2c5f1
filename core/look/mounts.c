/*
 * mounts.c - mount ids and types of file systems, out of /proc/self/mountinfo.
 *
 *	22 1 254:0 / / rw,relatime - ext4 /dev/root rw
 *	42 27 0:39 / /mnt/far rw,relatime - fuse.sshfs host: rw,user_id=0,group_id=0
 *
 * proc_pid_mountinfo(5)
 */
#include <fcntl.h>
#include <string.h>

#include "core/base/io.h"
#include "core/look/mounts.h"

static const struct {
	const char *fstype;
	enum fs_class class;
} types[] = {
	{ "ext2", FS_LOCAL }, { "ext3", FS_LOCAL }, { "ext4", FS_LOCAL }, { "tmpfs", FS_LOCAL }, { "xfs", FS_LOCAL },
	{ "btrfs", FS_LOCAL }, { "overlay", FS_LOCAL }, { "f2fs", FS_LOCAL }, { "vfat", FS_LOCAL }, { "ramfs", FS_LOCAL },
	{ "rootfs", FS_LOCAL }, { "erofs", FS_LOCAL }, { "squashfs", FS_LOCAL }, { "iso9660", FS_LOCAL },
	{ "devtmpfs", FS_DEVICE }, { "devpts", FS_TERMINAL }, { "proc", FS_PROC }, { "mqueue", FS_QUEUE },
	{ "sysfs", FS_KERNEL }, { "debugfs", FS_KERNEL }, { "tracefs", FS_KERNEL }, { "cgroup", FS_KERNEL },
	{ "cgroup2", FS_KERNEL }, { "bpf", FS_KERNEL }, { "configfs", FS_KERNEL }, { "securityfs", FS_KERNEL },
	{ "pstore", FS_KERNEL }, { "efivarfs", FS_KERNEL }, { "fusectl", FS_KERNEL }, { "selinuxfs", FS_KERNEL },
	{ "smackfs", FS_KERNEL }, { "resctrl", FS_KERNEL }, { "binfmt_misc", FS_KERNEL }, { "hugetlbfs", FS_KERNEL },
	{ "rpc_pipefs", FS_KERNEL }, { "nfsd", FS_KERNEL }, { "cpuset", FS_KERNEL }, { "binder", FS_KERNEL },
	{ "autofs", FS_AUTOMOUNT },
	{ "nfs", FS_NETWORK }, { "nfs4", FS_NETWORK }, { "cifs", FS_NETWORK }, { "smb3", FS_NETWORK }, { "smbfs", FS_NETWORK },
	{ "9p", FS_NETWORK }, { "ceph", FS_NETWORK }, { "fuse", FS_NETWORK }, { "fuseblk", FS_NETWORK }, { "virtiofs", FS_NETWORK },
	{ "afs", FS_NETWORK }, { "lustre", FS_NETWORK }, { "gfs2", FS_NETWORK }, { "ocfs2", FS_NETWORK }, { "gpfs", FS_NETWORK },
	{ "beegfs", FS_NETWORK }, { "coda", FS_NETWORK }, { "pvfs2", FS_NETWORK }, { "glusterfs", FS_NETWORK },
	{ "vboxsf", FS_NETWORK }, { "ncpfs", FS_NETWORK },
};

int mounts_read(struct mount_table *t, struct arena *a)
{
	cleanup_fd int self = open("/proc/self", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	*t = (struct mount_table){ 0 };
	if (self < 0)
		return fail("open /proc/self (is /proc mounted?)");
	if (proc_read_mountinfo(self, a, &t->mounts) == PROC_OK)
		return 0;
	return fail_context("read /proc/self/mountinfo");
}

const char *mount_fstype(const struct mount_table *t, int mnt_id)
{
	const struct proc_mount *m = mnt_id < 0 ? NULL : proc_mount_by_id(&t->mounts, (uint32_t)mnt_id);

	return m ? m->fstype : "";
}

enum fs_class fs_class(const char *fstype)
{
	if (!strncmp(fstype, "fuse.", 5))
		return FS_NETWORK;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (!strcmp(types[i].fstype, fstype))
			return types[i].class;
	return FS_UNKNOWN;
}

int fs_is_safe(const char *fstype)
{
	enum fs_class class = fs_class(fstype);

	return class != FS_NETWORK && class != FS_UNKNOWN && class != FS_AUTOMOUNT;
}

static int is_above(const char *mountpoint, const char *path)
{
	size_t len = strlen(mountpoint);

	if (len == 1)
		return 1;
	return !strncmp(mountpoint, path, len) && (!path[len] || path[len] == '/');
}

/* Something is mounted over the whole of it: nobody walks through it any more (an automount point in use, for one). */
static int is_covered(const struct proc_mounts *mounts, const struct proc_mount *m)
{
	for (size_t i = 0; i < mounts->n; i++)
		if (mounts->v[i].parent == m->id && mounts->v[i].id != m->id && !strcmp(mounts->v[i].mountpoint, m->mountpoint))
			return 1;
	return 0;
}

const char *mounts_unsafe_on_way(const struct mount_table *t, const char *path)
{
	for (size_t i = 0; i < t->mounts.n; i++) {
		const struct proc_mount *m = &t->mounts.v[i];

		if (is_above(m->mountpoint, path) && !fs_is_safe(m->fstype) && !is_covered(&t->mounts, m))
			return m->fstype;
	}
	return NULL;
}
