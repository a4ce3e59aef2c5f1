/*
 * ldt.c - refuses segments of a process's own, modify_ldt(2), and of a thread's own, set_thread_area(2): emulators of other systems use them.
 *
 *	modify_ldt(0)		the bytes of the table, 0 when there is none
 *	PTRACE_GET_THREAD_AREA	one of the thread's three entries of the global table; no 64-bit call tells, but int 0x80 sets them
 *
 * LDT_empty() in arch/x86/include/asm/desc.h
 */
#include <sys/ptrace.h>

#include "core/task/task.h"

#define GET_THREAD_AREA 25		/* PTRACE_GET_THREAD_AREA */
#define FIRST_AREA 12			/* GDT_ENTRY_TLS_MIN */
#define AREAS 3
#define EMPTY 0x28			/* read_exec_only, seg_not_present */

static int ldt_ask(struct ask *a, const struct task *t, const struct thread *th)
{
	if (th != model_speaker(t))	/* the table is everybody's */
		return 0;
	a->space = batch_space(a->batch, 64, &a->remote);
	if (!a->space)
		return -1;
	CALL(a->batch, NULL, SYS_modify_ldt, 0, a->remote, 64);
	return 0;
}

/* 1: it has one. Kernels without 32-bit programs (EIO) have no way to make any. */
static int has_area(pid_t tid)
{
	struct { uint32_t number, base, limit, flags; } area;	/* struct user_desc */

	for (uintptr_t i = FIRST_AREA; i < FIRST_AREA + AREAS; i++) {
		if (ptrace(GET_THREAD_AREA, tid, (void *)i, &area) < 0)
			return errno == EIO ? 0 : fail("thread %d: its segments", (int)tid);
		if (area.base || area.limit || area.flags != EMPTY)
			return 1;
	}
	return 0;
}

static int answer_areas(struct scan *s, const struct task *t, const struct thread *th)
{
	int ret = th->remote->process->newborn ? 0 : has_area(th->tid);

	return ret <= 0 ? ret : report_refuse_thread(s->report, "ldt", t->pid, th->tid, "", "it has a segment of its own (set_thread_area)");
}

static int ldt_answer(struct ask *a, struct scan *s, const struct task *t, const struct thread *th, struct state *out)
{
	long r;

	if (answer_areas(s, t, th) < 0)
		return -1;
	r = th == model_speaker(t) ? (int)ask_result(a, 0) : 0;	/* it returns an int in 64 bits */
	if (r == 0 || r == -ENOSYS)
		return 0;
	return report_refuse(s->report, "ldt", t->pid, "", "", r > 0 ? "it has a local descriptor table" :
			     "whether it has a local descriptor table cannot be seen: %s", strerror(r < 0 ? -r : 0));
}

const struct task_kind task_ldt = {
	.name = "ldt",
	.title = ROW_TEXT("local descriptor tables, thread areas"),
	.also = ROW_TEXT("gdt segments"),
	.how = ROW_TEXT("modify_ldt(0) inside the process; ptrace(PTRACE_GET_THREAD_AREA) of each thread"),
	.takes = ROW_TEXT("modify_ldt(2) and set_thread_area(2) to write the entries again before the segment registers are set"),
	.page = ROW_PAGE(
		"Segments of a process's own (modify_ldt(2)), used by Wine and DOSEMU for 16-bit programs, and of a thread's "
		"own (set_thread_area(2)), used by Wine for 32-bit ones.\n\n"
		"They show nowhere outside. The table is read whole inside the frozen process, a tracer is told the entries of "
		"each thread, and a process with none is let pass. To carry them, each entry would be written again, and the "
		"segment registers that refer to it set afterwards: now the registers are set by ptrace, which refuses "
		"selectors that do not exist yet. About a day of work in one unit, no change of the kernel.\n\n"
		"Nothing else is known to use them; a program built for 64 bits has none."),
	.inside = 1,
	.refuses = "ldt",
	.scope = PER_THREAD,
	.ask = IF_INSIDE(ldt_ask),
	.answer = IF_INSIDE(ldt_answer),
};
