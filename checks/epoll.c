/* epoll.c - epoll sets. */
#include "core/unit.h"

static const char *const links[] = { "anon_inode:[eventpoll]", NULL };

const struct check check_epoll = {
	.name = "epoll",
	.title = "epoll",
	.how = "the link of the descriptor; fdinfo lists what it watches",
	.page =
		"A set of descriptors that a process waits for (epoll(7)).\n\n"
		"fdinfo tells each entry's events and data, but names its target by the descriptor number at the time\n"
		"it was added: that number may have been closed or used again since. kcmp(2) with KCMP_EPOLL_TFD\n"
		"finds the real target among the descriptors of the tree. A target that nobody of the tree holds any\n"
		"more cannot be added again. Whether an edge was already reported cannot be seen: after a restore it\n"
		"would be reported once more.",
	.links = links,
	.meaning = "an epoll set",
	.remedy = "close it before",
};
