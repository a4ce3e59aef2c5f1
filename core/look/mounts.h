/*
 * mounts.h - the mounts of our own mount namespace, and what kind of file system each one is.
 */
#ifndef CR_LOOK_MOUNTS_H
#define CR_LOOK_MOUNTS_H

#include "core/proc/proc.h"

struct mount_table {
	struct proc_mounts mounts;
};

enum fs_class {
	FS_LOCAL,			/* files on it are data, and may be looked at freely */
	FS_PROC,
	FS_KERNEL,			/* sysfs and its like: files are windows into the kernel */
	FS_TERMINAL,			/* devpts */
	FS_DEVICE,			/* devtmpfs: holds device nodes */
	FS_QUEUE,			/* mqueue */
	FS_AUTOMOUNT,
	FS_NETWORK,			/* a server may hang: never stat */
	FS_UNKNOWN,			/* not in our table: never stat either */
};

int mounts_read(struct mount_table *t, struct arena *a);

/* "ext4"; "" when MNT_ID is in no mountinfo line: pipes, sockets, anonymous inodes, detached mounts, other namespaces. */
const char *mount_fstype(const struct mount_table *t, int mnt_id);

/* "/home"; "" likewise. Of the model that the mounts were read for. */
const char *mount_point(const struct mount_table *t, int mnt_id);

enum fs_class fs_class(const char *fstype);

/* May the file system be asked about a file without waiting for somebody else? */
int fs_is_safe(const char *fstype);

/* The type of the first mount on the way to PATH that may hang or is unknown; NULL: the way is safe. */
const char *mounts_unsafe_on_way(const struct mount_table *t, const char *path);

#endif
