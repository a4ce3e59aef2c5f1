/* eventfd.c - event counters. */
#include "core/unit.h"

static const char *const links[] = { "anon_inode:[eventfd]", NULL };

const struct check check_eventfd = {
	.name = "eventfd",
	.title = "eventfd",
	.how = "the link of the descriptor; fdinfo tells the counter",
	.page =
		"A counter that several processes wait for (eventfd(2)).\n\n"
		"The counter is in fdinfo. What is missing is only the kind that makes it again: eventfd2 with the\n"
		"same counter and flags, given to all tasks that share it. A cheap one to carry.",
	.links = links,
	.meaning = "an event counter",
	.remedy = "close it before",
};
