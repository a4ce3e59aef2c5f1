/*
 * task.c - one task, seen through /proc/TID (which also works for a thread's number) and wait4(2).
 *
 *	4711 (a) name) S 4700 ...		/proc/4711/stat
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/base/buf.h"
#include "core/base/io.h"
#include "core/proc/text.h"
#include "core/remote/internal.h"

static int read_proc(pid_t tid, const char *name, struct buf *out)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", tid, name);
	buf_clear(out);
	return io_read_record(AT_FDCWD, path, out);
}

/* The name has at most 15 bytes, so what is wanted is near the start. */
static char read_state(int dir, const char *path)
{
	cleanup_fd int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	char text[128], *end;
	ssize_t n;

	do
		n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	while (n < 0 && fd >= 0 && errno == EINTR);
	if (n <= 0)
		return 0;
	text[n] = '\0';
	end = strrchr(text, ')');
	return end && end[1] == ' ' ? end[2] : 0;
}

char task_state(pid_t tid)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d/stat", tid);
	return read_state(AT_FDCWD, path);
}

char task_thread_state(int dir, pid_t tid)
{
	char path[32];

	snprintf(path, sizeof(path), "%d/stat", tid);
	return read_state(dir, path);
}

int task_status_text(pid_t tid, struct buf *out)
{
	return read_proc(tid, "status", out) < 0 || !out->len ? -1 : 0;
}

int task_status_value(const char *text, const char *key, int base, uint64_t *value)
{
	size_t len = strlen(key);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, key, len) && line[len] == ':') {
			line += len + 1;
			text_blanks(&line);
			return text_u64(&line, (unsigned)base, value);
		}
	}
	return -1;
}

int task_status(pid_t tid, const char *key, int base, uint64_t *value)
{
	cleanup_buf struct buf b = { 0 };

	return task_status_text(tid, &b) < 0 ? -1 : task_status_value(b.p, key, base, value);
}

int task_wait(pid_t tid, int *status)
{
	pid_t ret;

	do
		ret = waitpid(tid, status, __WALL);
	while (ret < 0 && errno == EINTR);
	return ret < 0 ? -1 : 0;
}

/*
 * exec(2) of another thread takes a leader's number. Who sleeps in waitpid(2) for that number is not woken then (pid_child_should_wake()
 * in kernel/exit.c, since Linux 6.5): so the kernel is asked again and again.
 */
int task_await(pid_t tid, int *status)
{
	unsigned round = 0;
	pid_t ret;

	while (!(ret = waitpid(tid, status, __WALL | WNOHANG)))
		task_nap(&round);
	return ret < 0 ? -1 : 0;
}

/* A stop takes some 40 us when the task runs: yielding sees it soonest. Later it can only be a task that sleeps uninterruptibly. */
void task_nap(unsigned *round)
{
	struct timespec t = { 0, *round < 200 ? 50000 : 1000000 };

	if ((*round)++ < 50)
		sched_yield();
	else
		nanosleep(&t, NULL);
}

int task_is_late(uint64_t *deadline, unsigned ms)
{
	struct timespec t;
	uint64_t now;

	clock_gettime(CLOCK_MONOTONIC, &t);
	now = (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
	if (!*deadline)
		*deadline = now + ms;
	return now > *deadline;
}

/* A parent in vfork(2) sleeps until its child execs or exits, and ptrace(2) does not interrupt that. */
const char *task_why_unstoppable(pid_t tid)
{
	cleanup_buf struct buf wchan = { 0 }, call = { 0 };

	if (read_proc(tid, "wchan", &wchan) >= 0 && wchan.len && strstr(wchan.p, "vfork"))
		return "waits for the child of its vfork()";
	if (read_proc(tid, "syscall", &call) >= 0 && call.len && !strncmp(call.p, "58 ", 3))
		return "waits for the child of its vfork()";
	return "sleeps uninterruptibly (state D)";
}
