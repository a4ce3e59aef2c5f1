/* mount.c - mounts that cannot be reached from here: the page. Paths that lead elsewhere are seen with each file. */
#include "core/unit.h"

const struct check check_mount = {
	.name = "mount",
	.title = ROW_TEXT("private mounts, chroot"),
	.also = ROW_TEXT("chroot"),
	.how = ROW_TEXT("mnt_id of a descriptor or device of a mapping is in no mountinfo line of ours; another root; a path that leads elsewhere"),
	.takes = ROW_TEXT("rebuilding mounts and roots before files are opened (see ns_mnt)"),
	.page = ROW_PAGE(
		"Files on mounts that are detached, covered or in another mount namespace; a changed root folder "
		"(chroot(2)).\n\n"
		"cr finds a file again by its path, in its own root and mounts. Where the path does not lead to the very "
		"same device and inode, the restore would open another file: the worst kind of failure. So a file whose "
		"mount is in no line of mountinfo, a mapping from such a place, a covered path and any other root are "
		"refused.\n\n"
		"A solution has to rebuild the mounts first, from sources that are still there (see ns_mnt); a chroot "
		"alone is one call inside. A detached mount has no path at all. Meanwhile run cr inside of the same root "
		"or namespace (nsenter, chroot), where the new root is a mount (mount --bind): of another it sees no mounts."),
	.in_2009 = 'N',
};
