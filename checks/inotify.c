/* inotify.c - watches on files. */
#include "core/unit.h"

static const char *const links[] = { "anon_inode:inotify", "anon_inode:[inotify]", NULL };

const struct check check_inotify = {
	.name = "inotify",
	.title = "inotify",
	.how = "the link of the descriptor; fdinfo lists the watches",
	.page =
		"Watches on files and folders (inotify(7)).\n\n"
		"fdinfo lists each watch with its mask and a file handle, not a path; the path is found by\n"
		"open_by_handle_at(2). The watch descriptors have to come out with the same numbers. Events that wait\n"
		"in the queue can only be read, which takes them out, and nothing puts them back: a set with unread\n"
		"events has to be refused, or the events kept by a helper.",
	.links = links,
	.meaning = "watches on files",
	.remedy = "close it before",
};
