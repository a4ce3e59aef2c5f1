/*
 * robust_list.c - head of the list of robust futexes of a thread, walked by the kernel when the thread ends.
 *
 * The list itself lies in the thread's memory. See get_robust_list(2), and exit_robust_list() in kernel/futex/core.c.
 *
 * A thread that is ended behind the dump marks the locks that it holds, too. In its own memory nobody will see that, but in a file that is
 * mapped shared it would stay.
 */
#include "core/mem/mem.h"
#include "core/task/task.h"

#define HEAD_SIZE 24			/* sizeof(struct robust_list_head): the only one that the kernel takes */
#define LIMIT 2048			/* ROBUST_LIST_LIMIT: the kernel goes no further */
#define OWNER 0x3fffffff		/* FUTEX_TID_MASK */
#define ENTRY(link) ((link) & ~1ull)	/* bit 0: a lock that inherits priority */

struct robust_list {
	uint64_t head;			/* 0: none */
};

static const struct field robust_list_fields[] = {
	FIELD(struct robust_list, head, HEX),
	FIELD_END
};

static int robust_list_ask(struct ask *a, const struct task *t, const struct thread *th)
{
	CALL(a->batch, NULL, SYS_get_robust_list, 0, a->remote, a->remote + sizeof(uint64_t));
	return 0;
}

static int will_be_marked(const struct task *t, const struct thread *th, uint64_t word)
{
	uint32_t value;

	return mem_outlives(t, word) && remote_read(th->remote->process, word, &value, sizeof(value)) == 0 &&
	       (value & OWNER) == (uint32_t)th->tid;
}

/* An entry that cannot be read is the end of the list, for the kernel too: here it is seen until the limit. */
static int holds_in_file(const struct task *t, const struct thread *th, uint64_t list)
{
	uint64_t head[HEAD_SIZE / 8], at, next;	/* the first entry, how far each is from its word, the one just being locked or unlocked */

	if (!list || !t->mm->writes_files || remote_read(th->remote->process, list, head, HEAD_SIZE) < 0)
		return 0;
	at = ENTRY(head[2]);
	next = head[0];
	for (unsigned i = 0; i <= LIMIT; i++) {
		if (will_be_marked(t, th, at + head[1]))
			return 1;
		at = ENTRY(next);
		if (at == list)
			break;
		remote_read(th->remote->process, at, &next, sizeof(next));
	}
	return 0;
}

static int robust_list_answer(struct ask *a, struct scan *s, const struct task *t, const struct thread *th, struct state *out)
{
	struct robust_list *item = state_alloc(s, out, 1, sizeof(*item));
	long result = ask_result(a, 0);

	if (!item)
		return -1;
	if (result < 0 && result != -ENOSYS)	/* a kernel without futexes has no list */
		return fail_plain("thread %d: get_robust_list: %s", (int)th->tid, strerror(-result));
	item->head = *(const uint64_t *)a->space;
	result = holds_in_file(t, th, item->head);
	err_clear();
	return !result ? 0 : report_refuse_thread(s->report, "robust_list", t->pid, th->tid, "try again",
						  "it holds a robust lock in a mapped file");
}

static int robust_list_rebuild(struct batch *b, const struct task *t, const struct thread *th, const struct state *in)
{
	const struct robust_list *item = in->items;

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
		"futexes work wherever the memory itself is carried.\n\n"
		"Refused: a robust lock in a mapped file that is held. The end of its owner behind the dump marks it there."),
	.inside = 1,
	.in_2009 = 'S',
	.scope = PER_THREAD,
	.stage = STAGE_FIRST,
	.fields = IF_IMAGE(robust_list_fields),
	.size = sizeof(struct robust_list),
	.records = 1,
	.space = 2 * sizeof(uint64_t),	/* head, length */
	.ask = IF_INSIDE(robust_list_ask),
	.answer = IF_INSIDE(robust_list_answer),
	.rebuild = IF_RESTORE(robust_list_rebuild),
};
