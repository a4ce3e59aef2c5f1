/*
 * wait_status.c - has a process children that go on after a stop, of which it has still to be told by wait(2)? And refuses what no restore could
 * make it be told: a stop by another signal than SIGSTOP. Each child is asked about in core/scan.c.
 *
 * One call for all children: the first one that has something to tell is enough.
 */
#include <sys/wait.h>

#include "core/task/task.h"

static int wait_status_ask(struct ask *a, const struct task *t, const struct thread *th)
{
	CALL(a->batch, NULL, SYS_waitid, P_ALL, 0, a->remote, WCONTINUED | WNOHANG | WNOWAIT | __WALL);
	return 0;
}

static int wait_status_answer(struct ask *a, struct scan *s, const struct task *t, const struct thread *th, struct state *out)
{
	th->task->has_continued = !!((siginfo_t *)a->space)->si_pid;
	return 0;
}

const struct task_kind task_wait_status = {
	.name = "wait_status",
	.title = ROW_TEXT("stops by SIGTSTP, SIGTTIN or SIGTTOU not yet waited for"),
	.also = ROW_TEXT("wcontinued wuntraced sigtstp"),
	.may_be_lost = 1,
	.how = ROW_TEXT("waitid(WSTOPPED | WNOWAIT) for each stopped child, inside its parent"),
	.takes = ROW_TEXT("stopping the new child by that signal"),
	.page = ROW_PAGE(
		"A child that was stopped, or that goes on after a stop (SIGCONT), and whose parent has not been told of it "
		"by wait(2) yet.\n\n"
		"That a child is stopped by SIGSTOP is carried, and whether its parent knows. So is that it goes on: the new child "
		"is stopped and continued, and the signals that come of it are taken away from both before anything of the tree "
		"runs. Refused is a stop by another signal (SIGTSTP, SIGTTIN, SIGTTOU) that the parent has not waited for, for "
		"it would hear of SIGSTOP.\n\n"
		"A solution would stop the new child by the same signal."),
	.inside = 1,
	.refuses = "wait_status",
	.scope = PER_TASK,
	.space = sizeof(siginfo_t),
	.ask = IF_INSIDE(wait_status_ask),
	.answer = IF_INSIDE(wait_status_answer),
};
