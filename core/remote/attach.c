/*
 * attach.c - PTRACE_SEIZE of the threads that /proc/PID/task lists, and what it means when that is refused.
 *
 * While a process executes another program (execve(2) by a thread that is not the leader) its list makes no sense for a moment:
 * a leader that is a zombie and nobody else, a number that is traced by us already because it passed to a thread that is. Such
 * answers count only when they are given again and again.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/io.h"
#include "core/proc/proc.h"
#include "core/remote/internal.h"

#define STRANGE_MAX 60			/* answers; with task_nap() between them some milliseconds */

/* One way through a list of threads, which mostly comes in the order in which they are known. */
struct listing {
	struct guard guard;
	struct io_listing names;
	size_t known;			/* threads before this */
	size_t next;			/* the one that is expected now */
};

static int is_known(const struct remote_process *p, struct listing *l, pid_t tid)
{
	for (size_t i = 0; i < l->known; i++, l->next++) {
		l->next = l->next < l->known ? l->next : 0;
		if (p->threads[l->next].tid == tid) {
			l->next++;
			return 1;
		}
	}
	return 0;
}

int attach_is_strange(struct remote_process *p)
{
	unsigned round = internal_of(p)->strange++;

	if (round >= STRANGE_MAX)
		return 0;
	task_nap(&round);
	return 1;
}

/* Also one that came twice in this listing. */
static int is_there(const struct remote_process *p, pid_t tid)
{
	for (size_t i = 0; i < p->nthreads; i++)
		if (p->threads[i].tid == tid)
			return 1;
	return 0;
}

/* What is known of TID, of which PTRACE_SEIZE said ERROR. */
enum answer { NOTHING, ZOMBIE_LEADER, OURS, REFUSED };

static enum answer why_not(struct remote_process *p, pid_t tid, int error)
{
	uint64_t tracer = 0, size;
	char state = task_state(tid);

	if (error == ESRCH || !state || state == 'X')
		return NOTHING;
	if (state == 'Z')
		return tid == p->pid ? ZOMBIE_LEADER : NOTHING;
	if (task_status(tid, "TracerPid", 10, &tracer) == 0 && (pid_t)tracer == (pid_t)syscall(SYS_gettid))
		return is_there(p, tid) ? NOTHING : OURS;
	if (tracer)
		fail_refused("process %d is already traced, by process %d", p->pid, (int)tracer);
	else if (task_status(tid, "VmSize", 10, &size) < 0)
		fail_refused("process %d has no memory: a kernel thread, or it is ending", p->pid);
	else if (p->pid == getpid())
		fail_refused("process %d is cr itself", p->pid);
	else
		fail_refused("process %d may not be traced: %s%s", p->pid, strerror(error),
			     error == EPERM ? " (it has to be yours, or CAP_SYS_PTRACE is needed)" : "");
	return REFUSED;
}

/* A task in state D would keep us attached: waits until it has left that, before it is touched at all. */
static int wait_not_sleeping(struct remote_process *p, int dir, pid_t tid)
{
	uint64_t deadline = 0;
	unsigned round = 0;

	while (task_thread_state(dir, tid) == 'D') {
		seize_reap(p);
		if (task_is_late(&deadline, SEIZE_SECONDS * 1000))
			return fail_refused("process %d (thread %d) cannot be stopped: it %s", p->pid, tid, task_why_unstoppable(tid));
		task_nap(&round);
	}
	return 0;
}

/* 1: there is something new, 0: there is not, -1: recorded. */
static int attach(struct remote_process *p, struct listing *l, pid_t tid)
{
	enum answer answer = OURS;
	struct remote_thread *t;

	if (wait_not_sleeping(p, l->names.fd, tid) < 0)
		return -1;
	if (guard_seize(&l->guard, p, tid) < 0)
		answer = why_not(p, tid, errno);
	if (answer == NOTHING)
		return 0;
	if (answer == REFUSED)
		return attach_is_strange(p) ? 1 : -1;
	t = process_add_thread(p, tid);
	if (!t)
		return -1;
	t->zombie = t->stopped = answer == ZOMBIE_LEADER;
	if (answer == OURS)
		ptrace(PTRACE_INTERRUPT, tid, 0, 0);
	return 1;
}

static int attach_listed(struct remote_process *p, struct listing *l)
{
	const char *name;
	int added = 0;

	while ((name = io_next_name(&l->names))) {
		pid_t tid = (pid_t)atoi(name);
		int ret;

		if (is_known(p, l, tid))
			continue;
		ret = attach(p, l, tid);
		if (ret < 0)
			return -1;
		added += ret;
	}
	return errno && proc_unseen(p->pid) < 0 ? -1 : added;
}

int attach_new(struct remote_process *p)
{
	char path[64];
	int ret;

	snprintf(path, sizeof(path), "/proc/%d/task", p->pid);
	struct listing l = { .names = io_list(AT_FDCWD, path), .known = p->nthreads };

	if (l.names.fd < 0)
		return errno == ENOENT ? fail_refused("there is no process %d", p->pid) : fail("open %s", path);
	ret = attach_listed(p, &l);
	guard_end(&l.guard);
	io_close_listing(&l.names);
	return ret;
}
