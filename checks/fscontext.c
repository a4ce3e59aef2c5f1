/* fscontext.c - file systems being set up. */
#include "core/unit.h"

const struct check check_fscontext = {
	.name = "fscontext",
	.title = ROW_TEXT("mount descriptors"),
	.also = ROW_TEXT("fsopen open_tree"),
	.how = ROW_TEXT("the link of the descriptor"),
	.takes = ROW_TEXT("reading back what was configured, which the kernel does not offer"),
	.page = ROW_PAGE(
		"A file system that is being set up (fsopen(2), fspick(2)), on its way to a mount.\n\n"
		"What has been configured so far cannot be read back, and the mount may exist nowhere yet. It is open "
		"only for a moment in mount(8) and in container engines, so try again. The descriptor of a mount that is "
		"attached nowhere (fsmount(2), open_tree(2)) is refused as mount, because its id is in no table.\n\n"
		"A kernel interface to list the options would be needed; the gain is small."),
	.links = "anon_inode:[fscontext]",
	.meaning = "a file system that is being set up",
	.remedy = "try again when it has been mounted",
};
