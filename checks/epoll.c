/* epoll.c - epoll sets. */
#include "core/unit.h"

const struct check check_epoll = {
	.name = "epoll",
	.title = ROW_TEXT("epoll"),
	.how = ROW_TEXT("the link of the descriptor; fdinfo lists what it watches"),
	.takes = ROW_TEXT("EPOLL_CTL_ADD for each entry in fdinfo, with targets found by kcmp(KCMP_EPOLL_TFD)"),
	.page = ROW_PAGE(
		"A set of descriptors that a process waits for (epoll(7)): almost every server and event loop.\n\n"
		"fdinfo tells each entry's events and data, but names its target by the descriptor number at the time it "
		"was added: that number may have been closed or used again since. kcmp(2) with KCMP_EPOLL_TFD finds the "
		"real target among the descriptors of the tree. A target that nobody of the tree holds any more cannot be "
		"added again and would stay refused. Whether an edge was already reported cannot be seen: it would be "
		"reported once more, which programs have to expect anyway.\n\n"
		"No change of the kernel; about 250 lines, after all kinds of files that it may watch."),
	.in_2009 = 'S',
	.links = "anon_inode:[eventpoll]",
	.meaning = "an epoll set",
	.remedy = "close it before",
};
