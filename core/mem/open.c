/* open.c - /proc/PID/task/TID of a thread that lives: when the leader has exited before the others, its own files are empty. */
#include <fcntl.h>

#include "core/base/io.h"
#include "core/mem/mem.h"

int mem_open_dir(const struct task *t, int *dirfd)
{
	cleanup_fd int dir = -1;
	int ret = proc_open(t->pid, &dir);

	for (size_t i = 0; ret == PROC_OK && i < t->nthreads; i++)
		if (!t->threads[i].zombie)
			return proc_open_task(dir, t->threads[i].tid, dirfd);
	return ret == PROC_OK ? PROC_GONE : ret;
}

int mem_open(const struct task *t, const char *name, int flags, int *fd)
{
	cleanup_fd int dir = -1;
	int ret = mem_open_dir(t, &dir);

	return ret ? ret : proc_open_file(dir, name, flags, fd);
}
