/* timerfd.c - timers with a descriptor. */
#include "core/unit.h"

const struct check check_timerfd = {
	.name = "timerfd",
	.title = ROW_TEXT("timerfd"),
	.how = ROW_TEXT("the link of the descriptor; fdinfo tells clock, value and ticks"),
	.takes = ROW_TEXT("timerfd_create(2) and timerfd_settime(2) from fdinfo, TFD_IOC_SET_TICKS for expirations not read"),
	.page = ROW_PAGE(
		"A timer that is read like a file (timerfd_create(2)): event loops, systemd.\n\n"
		"fdinfo tells the clock, the time left, the interval and the expirations not read yet; TFD_IOC_SET_TICKS "
		"gives those back. What needs thought is an absolute time, which is told as the time left, and a clock "
		"that may be set while the image lies on a disk: a timer for tomorrow morning should still fire then, one "
		"for a timeout should not fire at once.\n\n"
		"About 100 lines, no change of the kernel."),
	.in_2009 = 'S',
	.links = "anon_inode:[timerfd]",
	.meaning = "a timer",
	.remedy = "close it before",
};
