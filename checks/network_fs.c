/* network_fs.c - files that a server holds. */
#include "checks/run.h"

static int claims(const struct fd_look *l)
{
	return *l->fstype && (fs_class(l->fstype) == FS_NETWORK || fs_class(l->fstype) == FS_AUTOMOUNT || fs_class(l->fstype) == FS_UNKNOWN);
}

const struct check check_network_fs = {
	.name = "network_fs",
	.title = ROW_TEXT("network file systems"),
	.also = ROW_TEXT("nfs cifs fuse 9p ceph automount"),
	.how = ROW_TEXT("mnt_id of the descriptor and the kind of mount; the file itself is never asked"),
	.takes = ROW_TEXT("per file system: no unlinked files, no locks, and the server's consent that the handle is still the same"),
	.page = ROW_PAGE(
		"Files on NFS, CIFS, 9p, Ceph, FUSE, below an automounter, and on every other file system that is not "
		"known to be local.\n\n"
		"A server holds opens, locks and deleted files (.nfsXXXX) on our behalf and may have forgotten them at "
		"the restore; caches may not be written back yet; a FUSE server may be part of the tree. Merely asking "
		"for attributes hangs when the server is dead, so cr looks at the mount table only, and never at the "
		"file.\n\n"
		"A solution would be one unit for each kind, beginning with plain read-only files over NFS, which differ "
		"little from local ones. Copy the files to a local disk, or into the image's own folder, until then."),
	.in_2009 = 'N',
	.claims = claims,
	.meaning = "on a network file system, or one that is not known to be local",
	.remedy = "copy the file to a local disk",
};
