/* shared_memory.c - memory shared between processes. */
#include "checks/run.h"

static int claims(const struct fd_look *l)
{
	return is_internal(l, "/dev/zero (deleted)");
}

const struct check check_shared_memory = {
	.name = "shared_memory",
	.title = "shared anonymous memory",
	.how = "mappings of /dev/zero (deleted) on device 0:1",
	.page =
		"Memory that a process shares with its children (mmap(2) with MAP_SHARED and MAP_ANONYMOUS).\n\n"
		"All processes that map it have to get the very same memory again: one of them makes it, the others\n"
		"open it through /proc/PID/map_files. It is told from another one by its inode number.",
	.claims = claims,
	.meaning = "anonymous memory shared between processes",
	.remedy = "use private memory, or a file on disk",
};
