/* open.c - /proc/PID/task/TID of a thread that lives: when the leader has exited before the others, its own files are empty. */
#include <fcntl.h>

#include "core/base/io.h"
#include "core/mem/mem.h"

int mem_open_dir(const struct task *t, int *dirfd)
{
	const struct thread *who = model_speaker(t);

	return who ? proc_open_thread(t->pid, who->tid, dirfd) : PROC_GONE;
}

int mem_open(const struct task *t, const char *name, int flags, int *fd)
{
	cleanup_fd int dir = -1;
	int ret = mem_open_dir(t, &dir);

	return ret ? ret : proc_open_file(dir, name, flags, fd);
}
