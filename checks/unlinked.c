/* unlinked.c - files without a name. */
#include "checks/run.h"

static int claims(const struct fd_look *l)
{
	return *l->fstype && l->have_stat && !is_device(l) && !l->st.st_nlink && look_is_deleted(l->text);
}

const struct check check_unlinked = {
	.name = "unlinked",
	.title = ROW_TEXT("unlinked files"),
	.also = ROW_TEXT("deleted"),
	.how = ROW_TEXT("the link ends in ' (deleted)' and no name leads to the file"),
	.takes = ROW_TEXT("contents into the image; make, fill, open and delete the file again"),
	.page = ROW_PAGE(
		"Files, folders, programs and working folders that are in use but have no name any more: temporary files, "
		"logs that were rotated, programs that were upgraded.\n\n"
		"The contents are still there and could go into the image: make a file of the same owner, mode and time, "
		"fill it, open it, delete it. A file that lost this name but has others elsewhere (hard links) would have "
		"to become the same file as those again, which only a search of the file system could find. A folder has "
		"to be empty by then. A file is not deleted because its name ends in ' (deleted)': that may be its name.\n\n"
		"About 250 lines, no change of the kernel. Programs that were upgraded: restart them."),
	.in_2009 = 'N',
	.claims = claims,
	.meaning = "a file that was deleted",
	.remedy = "keep the file until the process has ended",
};
