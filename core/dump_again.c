/*
 * dump_again.c - the last look at a frozen tree before it is ended: what came to it from outside since it was captured is in no image.
 */
#include "core/dump.h"

#include "core/mem/mem.h"

static int look_at_task(const struct task *t)
{
	for (size_t i = 0; t->mm && i < t->nthreads; i++)
		for (int k = 0; task_kinds[k]; k++)
			if (task_kinds[k]->again && !t->threads[i].zombie &&
			    task_kinds[k]->again(t, &t->threads[i], &t->threads[i].state[task_kind_slot(k)]) < 0)
				return -1;
	return 0;
}

int dump_look_again(const struct model *m, const struct dump_options *options)
{
	if (options->after != DUMP_KILL)
		return 0;
	for (size_t i = 0; i < m->ntasks; i++)
		if (look_at_task(m->tasks[i]) < 0)
			return -1;
	for (size_t i = 0; i < m->nfiles; i++)
		if (m->files[i]->kind->again && m->files[i]->kind->again(m, m->files[i]) < 0)
			return -1;
	return mem_look_again(m);
}
