/*
 * mounts.c - mount ids and types of file systems, out of /proc/self/mountinfo.
 *
 *	22 1 254:0 / / rw,relatime - ext4 /dev/root rw
 *	42 27 0:39 / /mnt/far rw,relatime - fuse.sshfs host: rw,user_id=0,group_id=0
 *
 * proc_pid_mountinfo(5)
 */
#include <string.h>

#include "core/base/io.h"
#include "core/base/words.h"
#include "core/look/mounts.h"

static const struct {
	enum fs_class class;
	const char *fstypes;
} classes[] = {
	{ FS_LOCAL, "ext2 ext3 ext4 tmpfs xfs btrfs overlay f2fs vfat ramfs rootfs erofs squashfs iso9660" },
	{ FS_DEVICE, "devtmpfs" },
	{ FS_TERMINAL, "devpts" },
	{ FS_PROC, "proc" },
	{ FS_QUEUE, "mqueue" },
	{ FS_KERNEL, "sysfs debugfs tracefs cgroup cgroup2 bpf configfs securityfs pstore efivarfs fusectl selinuxfs smackfs resctrl "
		"binfmt_misc hugetlbfs rpc_pipefs nfsd cpuset binder" },
	{ FS_AUTOMOUNT, "autofs" },
	{ FS_NETWORK, "nfs nfs4 cifs smb3 smbfs 9p ceph fuse fuseblk virtiofs afs lustre gfs2 ocfs2 gpfs beegfs coda pvfs2 glusterfs "
		"vboxsf ncpfs" },
};

int mounts_read(struct mount_table *t, struct arena *a)
{
	cleanup_fd int self = -1;

	*t = (struct mount_table){ 0 };
	if (proc_open_self(&self))
		return -1;
	if (proc_read_mountinfo(self, a, &t->mounts) == PROC_OK)
		return 0;
	return fail_context("read /proc/self/mountinfo");
}

const char *mount_fstype(const struct mount_table *t, int mnt_id)
{
	const struct proc_mount *m = mnt_id < 0 ? NULL : proc_mount_by_id(&t->mounts, (uint32_t)mnt_id);

	return m ? m->fstype : "";
}

const char *mount_point(const struct mount_table *t, int mnt_id)
{
	const struct proc_mount *m = proc_mount_by_id(&t->mounts, (uint32_t)mnt_id);

	return m ? m->mountpoint : "";
}

enum fs_class fs_class(const char *fstype)
{
	if (!strncmp(fstype, "fuse.", 5))
		return FS_NETWORK;
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (words_have(classes[i].fstypes, fstype, strlen(fstype)))
			return classes[i].class;
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
