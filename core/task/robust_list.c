/*
 * robust_list.c - head of the list of robust futexes of a thread, walked by the kernel when the thread ends.
 *
 * The list itself lies in the thread's memory. See get_robust_list(2).
 */
#include "core/task/task.h"

#define HEAD_SIZE 24			/* sizeof(struct robust_list_head): the only one that the kernel takes */

struct robust_list {
	uint64_t head;			/* 0: none */
};

static const struct field robust_list_fields[] = {
	FIELD(struct robust_list, head, HEX),
	FIELD_END
};

static int robust_list_ask(struct ask *a, const struct task *t, const struct thread *th)
{
	a->space = batch_space(a->batch, 2 * sizeof(uint64_t), &a->remote);	/* head, length */
	if (!a->space)
		return -1;
	a->first = CALL(a->batch, NULL, SYS_get_robust_list, 0, a->remote, a->remote + sizeof(uint64_t));
	return 0;
}

static int robust_list_answer(struct ask *a, struct scan *s, const struct task *t, const struct thread *th, struct state *out)
{
	struct robust_list *item = state_alloc(s, out, 1, sizeof(*item));
	long result = batch_result(a->batch, a->first);

	if (!item)
		return -1;
	if (result < 0 && result != -ENOSYS)	/* a kernel without futexes has no list */
		return fail_plain("thread %d: get_robust_list: %s", (int)th->tid, strerror(-result));
	item->head = *(const uint64_t *)a->space;
	return 0;
}

static int robust_list_preflight(struct rebuild *r, const struct task *t, const struct thread *th, const struct state *in)
{
	return task_check_one("robust_list", t, th, in);
}

static int robust_list_rebuild(struct batch *b, const struct task *t, const struct thread *th, const struct state *in)
{
	const struct robust_list *item = in->items;

	if (in->n)
		CALL(b, item->head ? "set_robust_list" : NULL, SYS_set_robust_list, item->head, HEAD_SIZE);
	return 0;
}

const struct task_kind task_robust_list = {
	.name = "robust_list",
	.title = ROW_TEXT("robust futex lists"),
	.also = ROW_TEXT("futex robust"),
	.how = ROW_TEXT("get_robust_list(2) inside the thread"),
	.page = ROW_PAGE(
		"Locks and conditions in memory (futex(2)). The lock is a word of memory; the kernel only knows who "
		"sleeps on it, and for robust ones where each thread keeps the list of locks that it holds.\n\n"
		"The head of that list is asked from outside (get_robust_list(2)) and set again. Sleepers were "
		"interrupted by the freeze and repeat their call: the word decides, as always. Words that hold thread "
		"numbers (robust and priority-inheriting ones) stay true because threads get their numbers back.\n\n"
		"The order of sleepers on one futex is that in which they run again; the kernel promises none. Shared "
		"futexes work wherever the memory itself is carried."),
	.in_2009 = 'S',
	.scope = PER_THREAD,
	.stage = STAGE_FIRST,
	.fields = IF_IMAGE(robust_list_fields),
	.size = sizeof(struct robust_list),
	.ask = IF_INSIDE(robust_list_ask),
	.answer = IF_INSIDE(robust_list_answer),
	.preflight = IF_RESTORE(robust_list_preflight),
	.rebuild = IF_RESTORE(robust_list_rebuild),
};
