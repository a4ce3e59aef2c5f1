/* userfaultfd.c - memory faults answered by a program. */
#include "core/unit.h"

const struct check check_userfaultfd = {
	.name = "userfaultfd",
	.title = ROW_TEXT("userfaultfd"),
	.how = ROW_TEXT("the link of the descriptor; VmFlags um, uw, ui"),
	.takes = ROW_TEXT("registering the same ranges again after the memory has been filled; pending faults stay refused"),
	.page = ROW_PAGE(
		"Page faults that a program answers (userfaultfd(2)): live migration, garbage collectors, snapshots.\n\n"
		"Reading the memory of such a process causes faults that the frozen tree cannot answer, and faults "
		"already reported but not answered cannot be seen. The ranges show in VmFlags (um, uw, ui) even when the "
		"descriptor is held by another process. Features that were agreed on are in fdinfo.\n\n"
		"A solution would register the same ranges again after the memory has been filled and refuse pending "
		"faults: about 200 lines, no change of the kernel. Stop the live migration or collector before."),
	.links = "anon_inode:[userfaultfd]",
	.meaning = "memory faults answered by a program",
	.remedy = "stop the live migration or checkpoint that uses it",
};
