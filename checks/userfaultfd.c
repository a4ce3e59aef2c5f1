/* userfaultfd.c - memory faults answered by a program. */
#include "core/unit.h"

static const char *const links[] = { "anon_inode:[userfaultfd]", NULL };

const struct check check_userfaultfd = {
	.name = "userfaultfd",
	.title = "userfaultfd",
	.how = "the link of the descriptor; VmFlags um, uw, ui",
	.page =
		"Page faults that a program answers (userfaultfd(2)).\n\n"
		"Reading the memory of such a process causes faults that the frozen tree cannot answer, and faults\n"
		"already reported but not answered cannot be seen. A solution would register the same ranges again\n"
		"after the memory has been filled, and refuse pending faults.",
	.links = links,
	.meaning = "memory faults answered by a program",
	.remedy = "stop the live migration or checkpoint that uses it",
};
