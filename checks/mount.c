/* mount.c - mounts that cannot be reached from here: the page. Paths that lead elsewhere are seen with each file. */
#include "core/unit.h"

const struct check check_mount = {
	.name = "mount",
	.title = "private mounts, chroot",
	.how = "mnt_id of a descriptor or device of a mapping is in no mountinfo line of ours; another root; a path that leads elsewhere",
	.page =
		"Files on mounts that are detached, covered, or in another mount namespace; a changed root folder (chroot).\n\n"
		"cr finds a file again by its path. Where the path does not lead to the very same device and inode, the restore would\n"
		"open another file, so it is refused. A solution has to rebuild the mounts first: see ns_mnt.",
};
