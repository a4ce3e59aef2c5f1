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
	return report_refuse_thread(s->report, "seccomp", t->pid, th->tid, "start it without its sandbox",
				    "it is confined by seccomp, %s mode, %u filters", status->seccomp == 1 ? "strict" : "filter",
				    status->seccomp_filters);
}

const struct task_kind task_seccomp = {
	.name = "seccomp",
	.title = ROW_TEXT("seccomp confinement"),
	.how = ROW_TEXT("/proc/PID/task/TID/status, Seccomp"),
	.takes = ROW_TEXT("PTRACE_SECCOMP_GET_FILTER to read each filter, and loading them last, in the thread itself, with TSYNC where they are shared"),
	.page = ROW_PAGE(
		"System calls forbidden by a filter or by strict mode (seccomp(2)): browsers, sshd, systemd services with "
		"SystemCallFilter=, containers.\n\n"
		"The presence shows in status of each thread. The filters are readable in the frozen tree when cr has "
		"CAP_SYS_ADMIN and is not confined itself. Hard is the rest: calls that cr runs inside a confined thread "
		"may kill it, so filters have to be suspended meanwhile (PTRACE_O_SUSPEND_SECCOMP, CAP_SYS_ADMIN); which "
		"filters threads and children share by inheritance is not told; and they have to be put back at the very "
		"end, by the thread itself.\n\n"
		"No change of the kernel is needed; sharing would be guessed from equal contents. A filter with a "
		"listener stays refused (seccomp_notify)."),
	.refuses = "seccomp",
	.scope = PER_THREAD,
	.look = seccomp_look,
};
