/*
 * tracer.c - refuses a process that traces others, by what wait(2) says inside it.
 *
 * waitid(2) fails with ECHILD only when there is neither a child nor anybody who is traced. That says it for a tree of one process;
 * in a larger one the tracers are found by looking at all processes of the machine (checks/ptrace.c), which takes far longer.
 */
#include <sys/wait.h>

#include "core/task/task.h"

static int tracer_ask(struct ask *a, const struct task *t, const struct thread *th)
{
	CALL(a->batch, NULL, SYS_waitid, P_ALL, 0, 0, WEXITED | WSTOPPED | WCONTINUED | WNOHANG | WNOWAIT | __WALL);
	return 0;
}

static int tracer_answer(struct ask *a, struct scan *s, const struct task *t, const struct thread *th, struct state *out)
{
	if (s->model->ntasks > 1 || ask_result(a, 0) == -ECHILD)
		return 0;
	return report_refuse(s->report, "ptrace", t->pid, "", "let it detach first", "it traces a process outside of the tree");
}

const struct task_kind task_tracer = {
	.name = "tracer",
	.title = ROW_TEXT("tracers (from inside)"),
	.how = ROW_TEXT("waitid(2) for anybody, which is to find nobody"),
	.inside = 1,
	.refuses = "ptrace",
	.scope = PER_TASK,
	.ask = IF_INSIDE(tracer_ask),
	.answer = IF_INSIDE(tracer_answer),
};
