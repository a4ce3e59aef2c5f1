/* pidfd.c - descriptors of processes. */
#include "core/unit.h"

static const char *const links[] = { "anon_inode:[pidfd]", NULL };

const struct check check_pidfd = {
	.name = "pidfd",
	.title = "pidfd",
	.how = "the link of the descriptor; fdinfo tells the pid",
	.page =
		"A descriptor of a process (pidfd_open(2)).\n\n"
		"Of a process inside the tree it can be opened again when that process has been made. Of one outside\n"
		"it would be another process, even if the number were the same: that stays refused.",
	.links = links,
	.meaning = "a descriptor of a process",
	.remedy = "close it before",
};
