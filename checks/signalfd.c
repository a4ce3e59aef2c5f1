/* signalfd.c - signals read from a descriptor. */
#include "core/unit.h"

const struct check check_signalfd = {
	.name = "signalfd",
	.title = ROW_TEXT("signalfd"),
	.how = ROW_TEXT("the link of the descriptor; fdinfo tells the mask"),
	.takes = ROW_TEXT("signalfd4(2) with the mask from fdinfo"),
	.page = ROW_PAGE(
		"A descriptor that signals are read from (signalfd(2)): systemd, event loops.\n\n"
		"It is only a mask, and fdinfo tells it; the signals themselves wait with the tasks and are carried as "
		"pending. Each reader sees its own signals, whoever made the descriptor.\n\n"
		"A cheap one: signalfd4(2) with the same mask and flags, about 50 lines, no change of the kernel, nothing "
		"lost."),
	.in_2009 = 'S',
	.links = "anon_inode:[signalfd]",
	.meaning = "a signal descriptor",
	.remedy = "close it before",
};
