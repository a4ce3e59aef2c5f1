/* fanotify.c - watches on file systems. */
#include "core/unit.h"

const struct check check_fanotify = {
	.name = "fanotify",
	.title = ROW_TEXT("fanotify"),
	.how = ROW_TEXT("the link of the descriptor; fdinfo lists flags and marks"),
	.takes = ROW_TEXT("fanotify_init(2) and fanotify_mark(2) from fdinfo, for groups that only notify and have no events waiting"),
	.page = ROW_PAGE(
		"Watches on files, mounts and whole file systems (fanotify(7)): virus scanners, indexers, audit.\n\n"
		"Flags and marks are in fdinfo. Events that wait hold open files and cannot be looked at without taking "
		"them out. Groups with permission events hold other programs' system calls: to freeze such a group may "
		"stop the whole machine, and its pending answers cannot be carried.\n\n"
		"Groups for notification alone could be made again like inotify, with CAP_SYS_ADMIN; the others stay "
		"refused. Stop the scanner before."),
	.in_2009 = 'N',
	.links = "anon_inode:[fanotify]",
	.meaning = "a fanotify group",
	.remedy = "stop the program that watches",
};
