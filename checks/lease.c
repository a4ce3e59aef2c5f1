/* lease.c - leases of files. */
#include "core/unit.h"

const struct check check_lease = {
	.name = "lease",
	.title = ROW_TEXT("file leases"),
	.may_be_lost = 1,
	.how = ROW_TEXT("LEASE lines in fdinfo"),
	.takes = ROW_TEXT("F_SETLEASE again before the tree runs; one being broken stays refused"),
	.page = ROW_PAGE(
		"Leases (fcntl(2), F_SETLEASE): a process is told, by a signal, before somebody else opens or cuts its "
		"file; Samba and NFS servers use them.\n\n"
		"An active one is set again by F_SETLEASE, with CAP_LEASE, if nobody has the file open by then in a way "
		"that conflicts. One that is being broken has somebody waiting for it and a timeout that runs "
		"(lease-break-time): that stays refused. Between dump and restore nobody is told of anything, so the file "
		"has to be the same at the restore, as for every open file.\n\n"
		"About 60 lines, no change of the kernel."),
	.in_2009 = 'N',
};
