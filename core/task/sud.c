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

static int sud_ask(struct ask *a, const struct task *t, const struct thread *th)
{
	return 0;			/* ptrace tells */
}

static int sud_answer(struct ask *a, struct scan *s, const struct task *t, const struct thread *th, struct state *out)
{
	uint64_t config[4] = { 0 };

	if (ptrace(GET_DISPATCH, th->tid, sizeof(config), config) < 0 || config[0] == 0)
		return 0;
	return report_add(s->report, FINDING_REFUSED, "sud", t->pid, th->tid, NULL, "",
			  "its system calls are dispatched to itself (PR_SET_SYSCALL_USER_DISPATCH)");
}

const struct task_kind task_sud = {
	.name = "sud",
	.title = "system call user dispatch",
	.how = "ptrace(PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG)",
	.scope = PER_THREAD,
	.ask = IF_INSIDE(sud_ask),
	.answer = IF_INSIDE(sud_answer),
};
