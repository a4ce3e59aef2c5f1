/* pidfd.c - descriptors of processes. */
#include "core/unit.h"

const struct check check_pidfd = {
	.name = "pidfd",
	.title = ROW_TEXT("pidfd"),
	.how = ROW_TEXT("the link of the descriptor; fdinfo tells the pid"),
	.takes = ROW_TEXT("pidfd_open(2) of the process of the tree when it has been made; one outside stays refused"),
	.page = ROW_PAGE(
		"A descriptor of a process (pidfd_open(2), clone(2) with CLONE_PIDFD): systemd, newer shells and "
		"runtimes.\n\n"
		"Of a process inside the tree it can be opened again when that process has been made, with its flags (of "
		"a thread, too, from Linux 6.9). Of one that has ended it stays a descriptor of a dead process, which a "
		"short-lived child can stand in for. Of one outside it would be another process, even if the number were "
		"the same: that stays refused.\n\n"
		"About 80 lines, no change of the kernel. The target shows in fdinfo."),
	.links = "anon_inode:[pidfd]",
	.meaning = "a descriptor of a process",
	.remedy = "close it before",
};
