/*
 * seccomp.c - refuses threads that are confined by seccomp(2).
 *
 *	Seccomp:	2
 *	Seccomp_filters:	1
 *
 * To carry them: PTRACE_SECCOMP_GET_FILTER reads each filter; which threads share one has to be found out and made again.
 */
#include "core/task/task.h"

static int seccomp_look(struct scan *s, const struct task *t, const struct thread *th, struct state *out)
{
	const struct proc_status *status;
	int r = task_folder_status(s, t, th, &status);

	if (r != PROC_OK)
		return task_look_result(r);
	if (!status->seccomp && !status->seccomp_filters)
		return 0;
	return report_add(s->report, FINDING_REFUSED, "seccomp", t->pid, th->tid, NULL, "start it without its sandbox",
			  "it is confined by seccomp, %s mode, %u filters", status->seccomp == 1 ? "strict" : "filter",
			  status->seccomp_filters);
}

const struct task_kind task_seccomp = {
	.name = "seccomp",
	.title = "seccomp confinement",
	.how = "/proc/PID/task/TID/status, Seccomp",
	.scope = PER_THREAD,
	.look = seccomp_look,
};
