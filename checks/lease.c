/* lease.c - leases of files. */
#include "core/unit.h"

const struct check check_lease = {
	.name = "lease",
	.title = "file leases",
	.may_be_lost = 1,
	.how = "LEASE lines in fdinfo",
	.page =
		"Leases of fcntl(2): a process is told before somebody else opens the file.\n\n"
		"An active one is set again by F_SETLEASE if nobody has the file open by then. One that is being\n"
		"broken has a process waiting for it, and a timeout that runs: refused.",
};
