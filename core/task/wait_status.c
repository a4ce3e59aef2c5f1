/*
 * wait_status.c - refuses what a parent has still to be told by wait(2) and no restore could make it be told: that a child goes on after a
 * stop, or was stopped by another signal than SIGSTOP (core/scan.c, where each stopped child is asked about).
 *
 * One call for all children: the first one that has something to tell is enough.
 */
#include <sys/wait.h>

#include "core/task/task.h"

static int wait_status_ask(struct ask *a, const struct task *t, const struct thread *th)
{
	if (!t->remote->children.n)		/* a newborn's are not listed: it has the ones that we have made */
		return 0;
	a->space = batch_space(a->batch, sizeof(siginfo_t), &a->remote);
	if (!a->space)
		return -1;
	CALL(a->batch, NULL, SYS_waitid, P_ALL, 0, a->remote, WCONTINUED | WNOHANG | WNOWAIT | __WALL);
	return 0;
}

static int wait_status_answer(struct ask *a, struct scan *s, const struct task *t, const struct thread *th, struct state *out)
{
	const siginfo_t *info = a->space;

	if (!info || !info->si_pid)
		return 0;
	return report_refuse(s->report, "wait_status", info->si_pid, "", "let its parent wait for that (WCONTINUED), or try again",
			     "it was continued after a stop, and its parent %d has not waited for that", t->pid);
}

const struct task_kind task_wait_status = {
	.name = "wait_status",
	.title = ROW_TEXT("stops and continuations not yet waited for"),
	.also = ROW_TEXT("wcontinued wuntraced sigtstp"),
	.may_be_lost = 1,
	.how = ROW_TEXT("waitid(WCONTINUED | WNOWAIT) inside the parent; waitid(WSTOPPED | WNOWAIT) for each stopped child"),
	.takes = ROW_TEXT("stopping the new child by that signal, continuing it, and taking away from both what they would notice"),
	.page = ROW_PAGE(
		"A child that was stopped, or that goes on after a stop (SIGCONT), and whose parent has not been told of it "
		"by wait(2) yet.\n\n"
		"That a child is stopped by SIGSTOP is carried, and whether its parent knows. Refused are a stop by another "
		"signal (SIGTSTP, SIGTTIN, SIGTTOU) that the parent has not waited for, for it would hear of SIGSTOP, and a "
		"continuation that it has not waited for. The kernel keeps that one until the parent asks for it "
		"(WCONTINUED), and many never do: then nothing is lost with it (--allow-loss).\n\n"
		"A solution would stop the new child by the same signal, let it go on, and take away the SIGCONT of the "
		"child and the SIGCHLD of its parent, all before anything of the tree runs."),
	.inside = 1,
	.refuses = "wait_status",
	.scope = PER_TASK,
	.ask = IF_INSIDE(wait_status_ask),
	.answer = IF_INSIDE(wait_status_answer),
};
