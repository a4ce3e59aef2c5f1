/* owner.c - who gets a signal. */
#include "core/unit.h"

const struct check check_owner = {
	.name = "owner",
	.title = ROW_TEXT("signals of open files"),
	.also = ROW_TEXT("sigio fasync f_setown f_setsig"),
	.may_be_lost = 1,
	.how = ROW_TEXT("O_ASYNC in fdinfo; F_GETOWN_EX and F_GETSIG on our copy of the descriptor"),
	.takes = ROW_TEXT("fcntl(2) with F_SETOWN_EX, F_SETSIG and O_ASYNC, as the user that had set it"),
	.page = ROW_PAGE(
		"F_SETOWN, F_SETSIG and O_ASYNC: who gets which signal when something can be read.\n\n"
		"Owner and signal show only on a copy of the descriptor, so they are asked for in the frozen tree; from "
		"outside O_ASYNC alone is seen. All of it can be set again when the owner is a process, thread or group "
		"of the tree, by a task with the user ids that had set it (F_GETOWNER_UIDS), as these decide whether the "
		"signal may be sent. Sockets have an owner for urgent data, too.\n\n"
		"About 80 lines, no change of the kernel. An owner outside of the tree stays refused."),
	.in_2009 = 'N',
	.inside = 1,
};
