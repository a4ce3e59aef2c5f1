/*
 * rseq.c - the restartable sequences area that a thread has registered.
 *
 *	ptrace(2), PTRACE_GET_RSEQ_CONFIGURATION: { pointer, size 32, signature 0x53053053 }
 *
 * A stop inside a critical section is remote_image_regs()'s business. A newborn has no area: the engine unregisters ours.
 */
#include "core/task/task.h"

#ifndef SYS_rseq
#define SYS_rseq 334
#endif

struct rseq_area {
	uint64_t pointer;		/* 0: none registered */
	uint32_t size, signature;
};

static const struct field rseq_fields[] = {
	FIELD(struct rseq_area, pointer, HEX),
	FIELD(struct rseq_area, size, U64),
	FIELD(struct rseq_area, signature, HEX),
	FIELD_END
};

static int rseq_answer(struct ask *a, struct scan *s, const struct task *t, const struct thread *th, struct state *out)
{
	struct rseq_area *item = state_alloc(s, out, 1, sizeof(*item));
	struct remote_rseq r = { 0 };
	int ret = item ? remote_get_rseq(th->remote, &r) : -1;

	if (ret < 0)
		return -1;
	if (ret)
		return report_refuse_thread(s->report, "rseq", t->pid, th->tid, "use Linux 5.13 or later",
					    "this kernel does not tell whether a thread has registered restartable sequences");
	if (r.pointer)
		*item = (struct rseq_area){ .pointer = r.pointer, .size = r.size, .signature = r.signature };
	return 0;
}

static int rseq_preflight(struct rebuild *r, const struct task *t, const struct thread *th, const struct state *in)
{
	const struct rseq_area *item = in->items;

	if (item->pointer && (item->size < 20 || item->size > 4096))
		return fail_image("thread %d: rseq area of %u bytes", (int)th->tid, item->size);
	return 0;
}

static int rseq_rebuild(struct batch *b, const struct task *t, const struct thread *th, const struct state *in)
{
	const struct rseq_area *item = in->items;

	if (item->pointer)
		CALL(b, "rseq", SYS_rseq, item->pointer, item->size, 0, item->signature);
	return 0;
}

const struct task_kind task_rseq = {
	.name = "rseq",
	.title = ROW_TEXT("restartable sequences"),
	.how = ROW_TEXT("ptrace(PTRACE_GET_RSEQ_CONFIGURATION)"),
	.page = ROW_PAGE(
		"Restartable sequences (rseq(2)): a structure in the memory of each thread that the kernel keeps its CPU "
		"number in, registered by glibc for every thread.\n\n"
		"It is read with ptrace(PTRACE_GET_RSEQ_CONFIGURATION) (Linux 5.13) and registered again with the same "
		"signature. Where a thread was stopped inside a critical section it goes on at the abort handler, exactly "
		"as if a signal had interrupted it; otherwise it would finish half a transaction on another CPU.\n\n"
		"Costs one call for each thread. On Linux 5.9 to 5.12 it cannot be asked for, so there every process is "
		"refused."),
	.scope = PER_THREAD,
	.stage = STAGE_LAST,		/* the kernel writes to the area from here on */
	.fields = IF_IMAGE(rseq_fields),
	.size = sizeof(struct rseq_area),
	.records = 1,
	.answer = IF_INSIDE(rseq_answer),
	.preflight = IF_RESTORE(rseq_preflight),
	.rebuild = IF_RESTORE(rseq_rebuild),
};
