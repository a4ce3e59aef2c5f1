/* open.c - /proc/PID/task/TID of a thread that lives: when the leader has exited before the others, its own files are empty. */
#include <fcntl.h>
#include <stdio.h>

#include "core/base/io.h"
#include "core/mem/mem.h"

int mem_open_dir(const struct task *t, int *dirfd)
{
	const struct thread *who = model_speaker(t);

	return who ? proc_open_thread(t->pid, who->tid, dirfd) : PROC_GONE;
}

/* By its whole path, which takes one call; where that fails, the folder tells why. */
int mem_open(const struct task *t, const char *name, int flags, int *fd)
{
	const struct thread *who = model_speaker(t);
	cleanup_fd int dir = -1;
	char path[80];
	int ret;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/%s", (int)t->pid, (int)(who ? who->tid : t->pid), name);
	*fd = open(path, flags | O_CLOEXEC);
	if (*fd >= 0)
		return PROC_OK;
	ret = mem_open_dir(t, &dir);
	return ret ? ret : proc_open_file(dir, name, flags, fd);
}
