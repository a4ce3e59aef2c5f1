/*
 * tid_address.c - clear_child_tid: the word that the kernel clears and wakes when the thread ends; pthread_join waits for it.
 *
 * See set_tid_address(2) and PR_GET_TID_ADDRESS in prctl(2), which needs CONFIG_CHECKPOINT_RESTORE.
 */
#include "core/mem/mem.h"
#include "core/task/task.h"

#define GET_TID_ADDRESS 40

struct tid_address {
	uint64_t address;		/* 0: none */
};

static const struct field tid_address_fields[] = {
	FIELD(struct tid_address, address, HEX),
	FIELD_END
};

static int tid_address_ask(struct ask *a, const struct task *t, const struct thread *th)
{
	CALL(a->batch, NULL, SYS_prctl, GET_TID_ADDRESS, a->remote);
	return 0;
}

static int tid_address_answer(struct ask *a, struct scan *s, const struct task *t, const struct thread *th, struct state *out)
{
	struct tid_address *item;

	if (ask_result(a, 0) < 0)
		return report_refuse_thread(s->report, "tid_address", t->pid, th->tid,
					    "use a kernel with CONFIG_CHECKPOINT_RESTORE",
					    "this kernel does not tell the word that is cleared when the thread ends");
	item = state_alloc(s, out, 1, sizeof(*item));
	if (!item)
		return -1;
	item->address = *(const uint64_t *)a->space;
	return !mem_outlives(t, item->address) ? 0 :
	       report_refuse_thread(s->report, "tid_address", t->pid, th->tid, "", "its end would clear a word of a mapped file");
}

static int tid_address_rebuild(struct batch *b, const struct task *t, const struct thread *th, const struct state *in)
{
	const struct tid_address *item = in->items;

	CALL(b, "set_tid_address", SYS_set_tid_address, item->address);
	return 0;
}

const struct task_kind task_tid_address = {
	.name = "tid_address",
	.title = ROW_TEXT("word cleared at the end of a thread"),
	.also = ROW_TEXT("clear_child_tid"),
	.how = ROW_TEXT("prctl(PR_GET_TID_ADDRESS) inside the thread"),
	.page = ROW_PAGE(
		"The word that the kernel clears, and whose sleepers it wakes, when a thread ends (set_tid_address(2)): "
		"pthread_join(3) waits for it.\n\n"
		"A thread restored without it would end and never be joined. PR_GET_TID_ADDRESS tells the address inside "
		"the thread, on kernels with CONFIG_CHECKPOINT_RESTORE; on others it is refused. Set by clone3 or "
		"set_tid_address(2).\n\n"
		"One call for each thread. Refused where the word lies in a mapped file, which the end of the thread behind "
		"the dump would change."),
	.inside = 1,
	.scope = PER_THREAD,
	.stage = STAGE_FIRST,
	.fields = IF_IMAGE(tid_address_fields),
	.size = sizeof(struct tid_address),
	.records = 1,
	.space = sizeof(uint64_t),
	.ask = IF_INSIDE(tid_address_ask),
	.answer = IF_INSIDE(tid_address_answer),
	.rebuild = IF_RESTORE(tid_address_rebuild),
};
