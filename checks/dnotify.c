/* dnotify.c - watches of old. */
#include "core/unit.h"

const struct check check_dnotify = {
	.name = "dnotify",
	.title = ROW_TEXT("dnotify"),
	.may_be_lost = 1,
	.how = ROW_TEXT("an owner for signals on an open folder"),
	.takes = ROW_TEXT("a line in fdinfo with the mask; then it is one fcntl(2)"),
	.page = ROW_PAGE(
		"Watches of F_NOTIFY on folders, the ancestor of inotify; hardly any program uses them now.\n\n"
		"Nothing tells what is being watched for. That a folder may be watched shows in an owner for signals on "
		"its descriptor, which only our copy of it tells, so the question is asked in the frozen tree. A plain "
		"F_SETOWN on a folder looks the same and is refused as well.\n\n"
		"A line in fdinfo would do: ten lines in the kernel, and then one fcntl(2) in the restore."),
	.in_2009 = 'N',
	.inside = 1,
};
