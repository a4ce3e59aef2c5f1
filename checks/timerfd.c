/* timerfd.c - timers with a descriptor. */
#include "core/unit.h"

static const char *const links[] = { "anon_inode:[timerfd]", NULL };

const struct check check_timerfd = {
	.name = "timerfd",
	.title = "timerfd",
	.how = "the link of the descriptor; fdinfo tells clock, value and ticks",
	.page =
		"A timer that is read like a file (timerfd_create(2)).\n\n"
		"fdinfo tells the clock, the time left, the interval and the expirations not read yet;\n"
		"TFD_IOC_SET_TICKS gives those back. What needs thought is an absolute time, and a clock that may be\n"
		"set while the image lies on the disk.",
	.links = links,
	.meaning = "a timer",
	.remedy = "close it before",
};
