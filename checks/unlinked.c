/* unlinked.c - files without a name. */
#include "checks/run.h"

static int claims(const struct fd_look *l)
{
	return *l->fstype && l->have_stat && !is_device(l) && !l->st.st_nlink && look_is_deleted(l->text);
}

const struct check check_unlinked = {
	.name = "unlinked",
	.title = "unlinked files",
	.how = "the link ends in ' (deleted)' and no name leads to the file",
	.page =
		"Files, folders, programs and working folders that are in use but have no name any more.\n\n"
		"The contents are still there and could go into the image: make a file of the same owner and mode,\n"
		"fill it, open it, delete it. A file that lost this name but has others elsewhere would have to\n"
		"become the same file as those again, which only a search of the file system could find.",
	.claims = claims,
	.meaning = "a file that was deleted",
	.remedy = "keep the file until the process has ended",
};
