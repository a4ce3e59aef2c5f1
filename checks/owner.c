/* owner.c - who gets a signal. */
#include "core/unit.h"

const struct check check_owner = {
	.name = "owner",
	.title = "signals of open files",
	.may_be_lost = 1,
	.how = "O_ASYNC in fdinfo; F_GETOWN_EX and F_GETSIG on our copy of the descriptor",
	.page =
		"F_SETOWN, F_SETSIG and O_ASYNC: who gets a signal when something can be read.\n\n"
		"All of it can be read and set again, as the user that had set it, when the owner is a process of the\n"
		"tree. The owner shows only on a copy of the descriptor, so a check from outside sees O_ASYNC alone.",
};
