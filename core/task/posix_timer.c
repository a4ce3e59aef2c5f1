/*
 * posix_timer.c - refuses timers made with timer_create(2).
 *
 *	/proc/PID/timers:
 *	ID: 1
 *	signal: 12/0000000000000063
 *	notify: signal/pid.21325
 *	ClockID: 1
 *
 * To carry them: the remaining time by timer_gettime(2) inside, the same ids by PR_TIMER_CREATE_RESTORE_IDS (Linux 6.15).
 */
#include <stdio.h>

#include "core/task/task.h"

static int posix_timer_look(struct scan *s, const struct task *t, const struct thread *th, struct state *out)
{
	cleanup_fd int dir = -1;
	struct proc_timers timers;
	char object[32];
	int r;

	if (!task_living(t))
		return 0;
	r = proc_open(t->pid, &dir);
	if (r == PROC_OK)
		r = proc_read_timers(dir, &s->model->arena, &timers);
	if (r == PROC_ABSENT)
		return report_add(s->report, FINDING_REFUSED, "posix_timer", t->pid, 0, NULL,
				  "use a kernel with CONFIG_CHECKPOINT_RESTORE", "this kernel does not tell whether it has POSIX timers");
	if (r != PROC_OK)
		return task_look_result(r);
	for (size_t i = 0; i < timers.n; i++) {
		snprintf(object, sizeof(object), "timer %d", timers.v[i].id);
		if (report_add(s->report, FINDING_REFUSED, "posix_timer", t->pid, 0, object, "let it delete its timers",
			       "a timer made with timer_create, clock %d, signal %d", timers.v[i].clock, timers.v[i].signal) < 0)
			return -1;
	}
	return 0;
}

const struct task_kind task_posix_timer = {
	.name = "posix_timer",
	.title = "POSIX timers",
	.how = "/proc/PID/timers",
	.scope = PER_TASK,
	.look = posix_timer_look,
};
