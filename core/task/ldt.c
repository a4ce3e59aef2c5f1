/*
 * ldt.c - refuses processes with segments of their own: modify_ldt(2), used by emulators of other systems.
 *
 * Reading returns the bytes of the table, 0 when there is none.
 */
#include "core/task/task.h"

static int ldt_ask(struct ask *a, const struct task *t, const struct thread *th)
{
	a->space = batch_space(a->batch, 64, &a->remote);
	if (!a->space)
		return -1;
	a->first = CALL(a->batch, NULL, SYS_modify_ldt, 0, a->remote, 64);
	return 0;
}

static int ldt_answer(struct ask *a, struct scan *s, const struct task *t, const struct thread *th, struct state *out)
{
	long r = (int)batch_result(a->batch, a->first);	/* it returns an int in 64 bits */

	if (r == 0 || r == -ENOSYS)
		return 0;
	return report_refuse(s->report, "ldt", t->pid, "", "", r > 0 ? "it has a local descriptor table" :
			     "whether it has a local descriptor table cannot be seen: %s", strerror(r < 0 ? -r : 0));
}

const struct task_kind task_ldt = {
	.name = "ldt",
	.title = ROW_TEXT("local descriptor tables"),
	.how = ROW_TEXT("modify_ldt(0) inside the process"),
	.takes = ROW_TEXT("modify_ldt(2) to write the entries again before the segment registers are set"),
	.page = ROW_PAGE(
		"Segments of a process's own (modify_ldt(2)), used by Wine and DOSEMU for 16-bit programs.\n\n"
		"The table shows nowhere outside. It is read whole inside the frozen process, and a process with an empty "
		"one is let pass. To carry it, each entry would be written again, and the segment registers that refer to "
		"it set afterwards: now the registers are set by ptrace, which refuses selectors that do not exist yet. "
		"About a day of work in one unit, no change of the kernel.\n\n"
		"Nothing else is known to use it; a program built for 64 bits has none."),
	.inside = 1,
	.refuses = "ldt",
	.scope = PER_TASK,
	.ask = IF_INSIDE(ldt_ask),
	.answer = IF_INSIDE(ldt_answer),
};
