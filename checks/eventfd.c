/* eventfd.c - event counters. */
#include "core/unit.h"

const struct check check_eventfd = {
	.name = "eventfd",
	.title = ROW_TEXT("eventfd"),
	.how = ROW_TEXT("the link of the descriptor; fdinfo tells the counter"),
	.takes = ROW_TEXT("eventfd2(2) with the counter and flags from fdinfo"),
	.page = ROW_PAGE(
		"A counter that several tasks wait for (eventfd(2)): event loops wake themselves with it.\n\n"
		"The counter and the semaphore flag are in fdinfo. What is missing is only the kind that makes it again: "
		"eventfd2(2) with the same counter and flags, handed to all tasks that share it. The number by which "
		"fdinfo calls it changes, and nobody can see that but in /proc.\n\n"
		"A cheap one: about 60 lines, no change of the kernel, nothing lost."),
	.in_2009 = 'S',
	.links = "anon_inode:[eventfd]",
	.meaning = "an event counter",
	.remedy = "close it before",
};
