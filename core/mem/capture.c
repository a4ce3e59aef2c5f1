/*
 * capture.c - what only the frozen process itself tells: its break, and whether all memory to come will be locked.
 *
 * brk(2), mlockall(2)
 */
#include <string.h>
#include <sys/syscall.h>

#include "core/base/io.h"
#include "core/mem/mem.h"

/* The first call is brk(0), behind it are those of the policies. */
int mem_ask(struct ask *a, struct task *t)
{
	batch_call(a->batch, "brk(0)", SYS_brk, 0, 0, 0, 0, 0, 0);
	return mem_policy_ask(a, t);
}

/* mlockall(MCL_FUTURE) leaves no trace but in what is mapped after it: our scratch is, and would count as locked. */
static int look_at_scratch(struct scan *s, const struct task *t)
{
	struct proc_status status;
	struct arena a = { 0 };
	cleanup_fd int dir = -1;
	int ret = mem_open_dir(t, &dir);

	if (!ret)
		ret = proc_read_status(dir, &a, &status);
	if (!ret && status.vm_lck_kb != t->mm->locked_kb)
		ret = report_refuse(s->report, "vma_flags", t->pid, "", "call munlockall(2) before",
				    "all memory that it maps will be locked (mlockall with MCL_FUTURE)");
	arena_free(&a);
	return ret > 0 ? fail_plain("process %d has ended", t->pid) : ret;
}

int mem_answer(struct ask *a, struct scan *s, struct task *t)
{
	t->mm->brk = (uint64_t)batch_result(a->batch, a->first - 1);
	if (mem_policy_answer(a, t) < 0)
		return -1;
	return t->remote->newborn ? 0 : look_at_scratch(s, t);
}
