/*
 * capture.c - what only the frozen process itself tells: its break, and whether all memory to come will be locked.
 *
 * brk(2), mlockall(2), msync(2)
 */
#include <errno.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "core/mem/mem.h"

/*
 * Behind these two are the calls of the policies. mlockall(MCL_FUTURE) leaves no trace but in what is mapped after it: our scratch is, and
 * MS_INVALIDATE does nothing there but to say EBUSY when it is locked.
 */
int mem_ask(struct ask *a, struct task *t)
{
	batch_call(a->batch, "brk(0)", SYS_brk, 0, 0, 0, 0, 0, 0);
	batch_call3(a->batch, NULL, SYS_msync, t->remote->scratch_remote, MEM_PAGE, MS_INVALIDATE);
	return mem_policy_ask(a, t);
}

int mem_answer(struct ask *a, struct scan *s, struct task *t)
{
	t->mm->brk = (uint64_t)batch_result(a->batch, a->first - 2);
	if (mem_policy_answer(a, t) < 0)
		return -1;
	if (t->remote->newborn || batch_result(a->batch, a->first - 1) != -EBUSY)
		return 0;
	return report_refuse(s->report, "vma_flags", t->pid, "", "call munlockall(2) before",
			     "all memory that it maps will be locked (mlockall with MCL_FUTURE)");
}
