/* procfs.c - files below /proc. */
#include "checks/run.h"

static int claims(const struct fd_look *l)
{
	return *l->fstype && fs_class(l->fstype) == FS_PROC;
}

const struct check check_procfs = {
	.name = "procfs",
	.title = "files of /proc",
	.how = "mnt_id of the descriptor is a proc mount",
	.page =
		"Open files below /proc.\n\n"
		"Such a file belongs to a process, not to a place: after a restore the same path opens the same thing\n"
		"only for processes of the tree itself. Some of them also hold a position in a text that is made anew\n"
		"at each read.",
	.claims = claims,
	.meaning = "a file of /proc",
	.remedy = "close it before",
};
