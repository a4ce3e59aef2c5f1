/* plan.c - any number of calls in one newborn task, in as many batches as they need. The first failure names its address. */
#include <string.h>

#include "core/mem/mem.h"

int mem_plan_room(struct mem_plan *p)
{
	if (p->open && (p->n == MEM_PLAN_CALLS || !batch_capacity(&p->batch)) && mem_plan_run(p) < 0)
		return -1;
	if (p->open)
		return 0;
	if (batch_begin(&p->batch, &p->task->remote->threads[0]) < 0)
		return -1;
	p->open = 1;
	p->n = 0;
	return 0;
}

int mem_plan_call(struct mem_plan *p, const char *what, long nr, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3,
		  uint64_t a4, uint64_t a5)
{
	unsigned n;

	if (mem_plan_room(p) < 0)
		return -1;
	n = p->n++;
	p->calls[n].what = what;
	p->calls[n].address = a0;
	p->calls[n].index = batch_call(&p->batch, NULL, nr, a0, a1, a2, a3, a4, a5);
	return 0;
}

int mem_plan_run(struct mem_plan *p)
{
	if (!p->open)
		return 0;
	p->open = 0;
	if (batch_run(&p->batch) < 0)
		return -1;
	for (unsigned i = 0; i < p->n; i++) {
		long result = batch_result(&p->batch, p->calls[i].index);

		if (result < 0 && result >= -4095 && p->calls[i].what)
			return fail_plain("process %d: %s at 0x%llx: %s", p->task->pid, p->calls[i].what,
					  (unsigned long long)p->calls[i].address, strerror((int)-result));
	}
	return 0;
}
