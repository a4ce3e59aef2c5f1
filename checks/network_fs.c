/* network_fs.c - files that a server holds. */
#include "checks/run.h"

static int claims(const struct fd_look *l)
{
	return *l->fstype && (fs_class(l->fstype) == FS_NETWORK || fs_class(l->fstype) == FS_AUTOMOUNT || fs_class(l->fstype) == FS_UNKNOWN);
}

const struct check check_network_fs = {
	.name = "network_fs",
	.title = "network file systems",
	.how = "mnt_id of the descriptor and the kind of mount; the file itself is never asked",
	.page =
		"Files on NFS, CIFS, 9p, Ceph, FUSE and every other file system that is not known to be local.\n\n"
		"A server holds opens, locks and deleted files on our behalf and may have forgotten them at the\n"
		"restore. Merely asking for attributes hangs when the server is dead, so cr looks at the mount table\n"
		"only. A file system whose name is in no table is treated the same.",
	.claims = claims,
	.meaning = "on a network file system, or one that is not known to be local",
	.remedy = "copy the file to a local disk",
};
