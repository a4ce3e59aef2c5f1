/* procfs.c - files below /proc. */
#include "checks/run.h"

static int claims(const struct fd_look *l)
{
	return *l->fstype && fs_class(l->fstype) == FS_PROC;
}

const struct check check_procfs = {
	.name = "procfs",
	.title = ROW_TEXT("files of /proc"),
	.also = ROW_TEXT("proc"),
	.how = ROW_TEXT("mnt_id of the descriptor is a proc mount"),
	.takes = ROW_TEXT("opening again the files of the tree's own processes, at the same position"),
	.page = ROW_PAGE(
		"Open files below /proc.\n\n"
		"Such a file belongs to a process, not to a place: after a restore the same path opens the same thing "
		"only for processes of the tree itself. Of others it would be a stranger with the same number. Some hold "
		"a position in a text that is made anew at each read, some have effects when written, some wait for "
		"events (PSI triggers, mountinfo).\n\n"
		"Files of the tree's own processes, and settings below /proc/sys, could be opened again: about 100 lines. "
		"A program that reads one for a moment passes at the next try."),
	.claims = claims,
	.meaning = "a file of /proc",
	.remedy = "close it before",
};
