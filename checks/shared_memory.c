/* shared_memory.c - memory shared between processes. */
#include "core/unit.h"

const struct check check_shared_memory = {
	.name = "shared_memory",
	.title = ROW_TEXT("shared anonymous memory"),
	.also = ROW_TEXT("mmap_shared"),
	.how = ROW_TEXT("mappings of /dev/zero (deleted) on device 0:1"),
	.takes = ROW_TEXT("one process makes it, the others open it through /proc/PID/map_files"),
	.page = ROW_PAGE(
		"Memory that a process shares with its children (mmap(2) with MAP_SHARED and MAP_ANONYMOUS): PostgreSQL, "
		"Apache, nginx, Python's multiprocessing.\n\n"
		"All processes that map it have to get the very same memory again. It is told from another one by its "
		"inode number in maps; its contents go into the image once, whoever maps them, also pages that no process "
		"has touched. One process makes it, the others open it through /proc/PID/map_files "
		"(CAP_CHECKPOINT_RESTORE) and map it at their own addresses. A sharer outside of the tree cannot be "
		"joined again.\n\n"
		"About 250 lines together with memfd and sysv_shm, no change of the kernel."),
	.in_2009 = 'S',
	.links = "/dev/zero (deleted)*",
	.meaning = "anonymous memory shared between processes",
	.remedy = "use private memory, or a file on disk",
};
