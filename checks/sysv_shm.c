/* sysv_shm.c - shared segments. */
#include "checks/run.h"

static int claims(const struct fd_look *l)
{
	return is_internal(l, "/SYSV");
}

const struct check check_sysv_shm = {
	.name = "sysv_shm",
	.title = "System V shared memory",
	.how = "the mapping /SYSV* on device 0:1",
	.page =
		"Segments of shmget(2) that are attached.\n\n"
		"Nothing but the id links a process and a segment, so the segment has to come back with the same id\n"
		"(shm_next_id), owner, mode and key. Whether processes outside use it too shows only as a number of\n"
		"attachments.",
	.claims = claims,
	.meaning = "a System V shared memory segment",
	.remedy = "detach it (shmdt)",
};
