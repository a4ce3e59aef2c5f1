/* vfork.c - parents that wait in vfork, and tasks whose sleep nothing interrupts. */
#include <string.h>
#include <sys/syscall.h>
#include <time.h>

#include "checks/run.h"

#define NR_CLONE3 435
#ifndef SYS_vfork
#define SYS_vfork SYS_clone		/* an architecture without it */
#endif

static int state_of(const char *status)
{
	const char *p = strstr(status, "\nState:\t");

	return p ? p[8] : 0;
}

static int is_clone(int64_t nr)
{
	return nr == SYS_vfork || nr == SYS_clone || nr == NR_CLONE3;
}

/* Starting a program or reading a file passes through this state in no time: only what lasts is worth a word. */
static int is_stuck(const struct thread_look *l, struct proc_syscall *call)
{
	const struct timespec step = { .tv_nsec = 2000000 };
	struct proc_stat st;

	for (;;) {
		if (proc_read_stat(thread_dir(l), &st) || st.state != 'D' || proc_read_syscall(thread_dir(l), call)) {
			err_clear();
			return 0;
		}
		if (*l->patience <= 0)
			return 1;
		nanosleep(&step, NULL);
		*l->patience -= 2;
	}
}

/* What is frozen does not wait any more: it could not have been stopped. */
int vfork_look(struct scan *s, const struct thread_look *l)
{
	struct proc_syscall call = { 0 };

	if (scan_is_frozen(s) || state_of(l->status) != 'D' || !is_stuck(l, &call))
		return 0;
	if (is_clone(call.nr))
		return thread_refuse(s, l, "vfork", "", "try again when its child has started a program or ended",
				     "it waits in vfork(2) for its child");
	return thread_refuse(s, l, "vfork", "", "try again", "it sleeps in the kernel and cannot be interrupted (state D, system call %lld)",
			     (long long)call.nr);
}

const struct check check_vfork = {
	.name = "vfork",
	.title = ROW_TEXT("vfork, uninterruptible tasks"),
	.also = ROW_TEXT("uninterruptible"),
	.how = ROW_TEXT("state D in status that lasts, and the number of the system call"),
	.takes = ROW_TEXT("nothing: it passes by itself"),
	.page = ROW_PAGE(
		"A parent that waits in vfork(2) until its child starts a program, and tasks that sleep uninterruptibly "
		"(state D).\n\n"
		"Neither can be stopped: a dump would wait for them, perhaps for ever. The child of vfork runs on its "
		"parent's stack, in its parent's memory. It mostly passes by itself, so check waits a moment before it "
		"says so, and a dump waits, too. A disk or server that does not answer does not.\n\n"
		"Nothing has to be carried: try again. If a task stays in state D, /proc/PID/stack tells root where."),
	.scan = threads_scan,
};
