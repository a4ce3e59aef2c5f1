/* fanotify.c - watches on file systems. */
#include "core/unit.h"

static const char *const links[] = { "anon_inode:[fanotify]", NULL };

const struct check check_fanotify = {
	.name = "fanotify",
	.title = "fanotify",
	.how = "the link of the descriptor; fdinfo lists flags and marks",
	.page =
		"Watches on files, mounts and whole file systems (fanotify(7)).\n\n"
		"The marks are in fdinfo. Events that wait hold open files, and permission events hold somebody\n"
		"else's system call: freezing such a group may stop the whole machine. Groups for notification alone\n"
		"could be made again like inotify.",
	.links = links,
	.meaning = "a fanotify group",
	.remedy = "stop the program that watches",
};
