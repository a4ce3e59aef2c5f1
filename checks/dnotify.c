/* dnotify.c - watches of old. */
#include "core/unit.h"

const struct check check_dnotify = {
	.name = "dnotify",
	.title = "dnotify",
	.may_be_lost = 1,
	.how = "an owner for signals on an open folder",
	.page =
		"Watches of F_NOTIFY on folders, the ancestor of inotify.\n\n"
		"Nothing tells what is being watched for. That it may be shows in an owner for signals on the\n"
		"folder's descriptor.",
};
