/*
 * sud.c - refuses threads whose system calls are sent to themselves as signals: PR_SET_SYSCALL_USER_DISPATCH, used by Wine.
 *
 *	ptrace(2), PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG: { mode, selector, offset, len }
 *
 * Kernels from 5.11 to 6.3 have the feature and not the question; there the calls of a batch fail in such a thread, so that it
 * is not dumped.
 */
#include <sys/ptrace.h>

#include "core/task/task.h"

#define GET_DISPATCH 0x4211

static int sud_answer(struct ask *a, struct scan *s, const struct task *t, const struct thread *th, struct state *out)
{
	uint64_t config[4] = { 0 };

	if (ptrace(GET_DISPATCH, th->tid, sizeof(config), config) < 0 || config[0] == 0)
		return 0;
	return report_refuse_thread(s->report, "sud", t->pid, th->tid, "",
				    "its system calls are dispatched to itself (PR_SET_SYSCALL_USER_DISPATCH)");
}

const struct task_kind task_sud = {
	.name = "sud",
	.title = ROW_TEXT("system call user dispatch"),
	.how = ROW_TEXT("ptrace(PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG)"),
	.takes = ROW_TEXT("ptrace(PTRACE_SET_SYSCALL_USER_DISPATCH_CONFIG) as the very last thing"),
	.page = ROW_PAGE(
		"System calls sent back to the program as signals (PR_SET_SYSCALL_USER_DISPATCH), with which Wine catches "
		"those of Windows programs.\n\n"
		"It shows only to a tracer: range and selector are read by ptrace from Linux 6.4 on. Every call that cr "
		"runs inside such a thread would be caught too while the selector says so, and the handler would run in "
		"the middle of a restore. So it has to be off until the thread is released, and then be set by ptrace: "
		"one call, no change of the kernel.\n\n"
		"On kernels from 5.11 to 6.3 it cannot be asked for; there the first call run inside fails, and the dump "
		"is refused."),
	.inside = 1,
	.refuses = "sud",
	.scope = PER_THREAD,
	.answer = IF_INSIDE(sud_answer),
};
