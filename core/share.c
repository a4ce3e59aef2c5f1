/*
 * share.c - records of a task or thread that are those of another one are kept once: of ten thousand threads, most have the same credentials.
 *
 *	mark = arena_mark(arena);  ... the records of a kind, with all that belongs to them, and nothing else ...  state_share(...)
 */
#include <string.h>

#include "core/unit.h"

/* Every byte of it, also those that are no field or may differ after a restore. What a field points to is compared where it stands. */
static int is_same(const struct task_kind *kind, const char *a, const char *b)
{
	size_t at = 0;

	for (const struct field *f = kind->fields; f->type != FIELD_NONE; f++) {
		if (f->type < FIELD_STR)
			continue;
		if (f->offset < at || f->unequal || memcmp(a + at, b + at, f->offset - at) || field_differs(f, a, b))
			return 0;
		at = f->offset + f->width;
	}
	return !memcmp(a + at, b + at, kind->size - at);
}

/* LIKE may have more of them. */
static int take_over(const struct task_kind *kind, struct state *st, const struct state *like)
{
	if (like->n < st->n)
		return 0;
	for (size_t i = 0; i < st->n; i++)
		if (!is_same(kind, (char *)st->items + i * kind->size, (char *)like->items + i * kind->size))
			return 0;
	if (st->n)
		st->items = like->items;
	return 1;
}

struct state *state_of_kind(struct task *t, struct thread *th, int k)
{
	return task_kinds[k]->scope == PER_TASK ? &t->state[task_kind_slot(k)] : &th->state[task_kind_slot(k)];
}

static const struct state *state_at(struct task *t, size_t thread, int k)
{
	return t && thread < t->nthreads ? state_of_kind(t, &t->threads[thread], k) : NULL;
}

int state_own(struct arena *a, struct state *st, int k)
{
	st->items = arena_copy(a, st->items, st->n * task_kinds[k]->size);
	return st->items ? 0 : -1;
}

void state_share(struct arena *a, struct arena_mark since, struct task *t, struct thread *th, int k, const struct state *old)
{
	size_t at = task_kinds[k]->scope == PER_TASK ? 0 : (size_t)(th - t->threads);
	const struct state *like[] = { old, state_at(t->like, at, k), at ? state_at(t, at - 1, k) : state_at(t->before, 0, k) };

	for (size_t i = 0; task_kinds[k]->fields && i < sizeof(like) / sizeof(*like); i++)
		if (like[i] && take_over(task_kinds[k], state_of_kind(t, th, k), like[i])) {
			arena_rewind(a, since);
			return;
		}
}
