/* signalfd.c - signals read from a descriptor. */
#include "core/unit.h"

static const char *const links[] = { "anon_inode:[signalfd]", NULL };

const struct check check_signalfd = {
	.name = "signalfd",
	.title = "signalfd",
	.how = "the link of the descriptor; fdinfo tells the mask",
	.page =
		"A descriptor that signals are read from (signalfd(2)).\n\n"
		"It is only a mask, and fdinfo tells it; the signals themselves are carried with the tasks. A cheap\n"
		"one to carry.",
	.links = links,
	.meaning = "a signal descriptor",
	.remedy = "close it before",
};
