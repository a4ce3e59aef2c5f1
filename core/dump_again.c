/*
 * dump_again.c - the last look at a frozen tree before it is ended: what came to it from outside since it was captured is in no image.
 */
#include "core/dump.h"

#include "core/mem/mem.h"

/* What anybody may set from outside: renice(1), prlimit(1), taskset(1). */
static int look_outside(struct scan *s, const struct task *t, const struct thread *th, int k, const struct state *captured)
{
	const struct task_kind *kind = task_kinds[k];
	struct state now = { 0 };
	int ret = kind->look(s, t, th, &now), differs = now.n != captured->n;

	for (size_t i = 0; !differs && i < now.n; i++)
		differs = field_first_difference(kind->fields, (char *)captured->items + i * kind->size, (char *)now.items + i * kind->size) != NULL;
	if (ret > 0)
		return fail_refused("process %d ended while it was being dumped", t->pid);
	return ret || !differs ? ret : fail_refused("process %d: somebody changed its %s while it was being dumped: try again", t->pid,
						    kind->name);
}

static int look_at_kind(struct scan *s, struct task *t, struct thread *th, int k)
{
	const struct task_kind *kind = task_kinds[k];
	const struct state *captured = state_of_kind(t, th, k);

	if (kind->again && !th->zombie && kind->again(t, th, captured) < 0)
		return -1;
	if (!kind->of_others || (kind->scope == PER_TASK && th != model_speaker(t)))
		return 0;
	return look_outside(s, t, th, k, captured);
}

static int look_at_task(struct scan *s, struct task *t)
{
	for (size_t i = 0; t->mm && i < t->nthreads; i++)
		for (int k = 0; task_kinds[k]; k++)
			if (look_at_kind(s, t, &t->threads[i], k) < 0)
				return -1;
	return 0;
}

static int look_at_tasks(const struct model *m)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < m->ntasks; i++) {
		struct model now = { 0 };
		struct report report = { .arena = &now.arena };
		struct scan s = { .model = &now, .report = &report };

		ret = look_at_task(&s, m->tasks[i]);
		task_folder_close(&s);
		arena_free(&now.arena);
	}
	return ret;
}

int dump_look_again(const struct model *m, const struct dump_options *options)
{
	if (options->after != DUMP_KILL)
		return 0;
	if (look_at_tasks(m) < 0)
		return -1;
	for (size_t i = 0; i < m->nfiles; i++)
		if (m->files[i]->kind->again && m->files[i]->kind->again(m, m->files[i], NULL) < 0)
			return -1;
	return mem_look_again(m);
}
