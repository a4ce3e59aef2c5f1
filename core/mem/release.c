/*
 * release.c - the memory of processes that were killed. Each frees its own while it ends; with our help, on another CPU, a large one does it in
 * half of the time.
 *
 * Nothing that outlives it can be missed: what the kernel reads in it at its end, the list of robust futexes, was looked at before (robust_list.c).
 *
 * process_mrelease(2)
 */
#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/io.h"
#include "core/mem/mem.h"

#ifndef SYS_process_mrelease
#define SYS_process_mrelease 448	/* the same everywhere (Linux 5.15) */
#endif

#define WORTH 4096			/* pages */

void mem_release(const struct model *m)
{
	for (size_t i = 0; i < m->ntasks; i++) {
		cleanup_fd int pidfd = -1;

		if (mem_pages(m->tasks[i]) < WORTH)
			continue;
		pidfd = (int)syscall(SYS_pidfd_open, m->tasks[i]->pid, 0);
		syscall(SYS_process_mrelease, pidfd, 0);
	}
}
