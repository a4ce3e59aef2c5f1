/*
 * altstack.c - the alternate signal stack of a thread.
 *
 *	sigaltstack(2): { ss_sp 8 bytes, ss_flags 4, padding 4, ss_size 8 }
 *
 * SS_ONSTACK is no state: the kernel works it out from the stack pointer at the moment of the call. It is left out, so that the
 * record says the same in a process that is being made. SS_AUTODISARM (bit 31) is kept: a running handler has the real stack
 * in its frame.
 */
#include "core/task/task.h"

#define ONSTACK 1u
#define DISABLE 2u
#define AUTODISARM (1u << 31)

struct kernel_stack {
	uint64_t sp;
	uint32_t flags, padding;
	uint64_t size;
};

struct altstack {
	uint64_t sp, size;
	uint32_t flags;
};

static const struct field altstack_fields[] = {
	FIELD(struct altstack, sp, HEX),
	FIELD(struct altstack, size, U64),
	FIELD(struct altstack, flags, HEX),
	FIELD_END
};

static int altstack_ask(struct ask *a, const struct task *t, const struct thread *th)
{
	CALL(a->batch, "sigaltstack", SYS_sigaltstack, 0, a->remote);
	return 0;
}

static int altstack_answer(struct ask *a, struct scan *s, const struct task *t, const struct thread *th, struct state *out)
{
	const struct kernel_stack *k = a->space;
	struct altstack *item = state_alloc(s, out, 1, sizeof(*item));

	if (!item)
		return -1;
	*item = (struct altstack){ .sp = k->sp, .size = k->size, .flags = k->flags & ~ONSTACK };
	return 0;
}

static int altstack_preflight(struct rebuild *r, const struct task *t, const struct thread *th, const struct state *in)
{
	const struct altstack *item = in->items;

	if (item->flags & ~(DISABLE | AUTODISARM))
		return fail_image("thread %d: signal stack flags %#x", (int)th->tid, item->flags);
	return 0;
}

static int altstack_rebuild(struct batch *b, const struct task *t, const struct thread *th, const struct state *in)
{
	const struct altstack *item = in->items;
	struct kernel_stack k;
	uint64_t remote;

	k = (struct kernel_stack){ .sp = item->sp, .flags = item->flags, .size = item->size };
	remote = batch_put(b, &k, sizeof(k));
	if (!remote)
		return -1;
	CALL(b, "sigaltstack", SYS_sigaltstack, remote, 0);
	return 0;
}

const struct task_kind task_altstack = {
	.name = "altstack",
	.title = ROW_TEXT("alternate signal stacks"),
	.how = ROW_TEXT("sigaltstack(2) inside the thread"),
	.page = ROW_PAGE(
		"The stack that handlers with SA_ONSTACK run on (sigaltstack(2)): address, size and flags, of each "
		"thread.\n\n"
		"It shows nowhere in /proc and is asked for inside the frozen thread. Whether the thread runs on it at "
		"this moment is no state: the kernel works that out from the stack pointer. A handler that interrupted "
		"the thread has the old setting in its frame on the stack, and that is memory like any other.\n\n"
		"One getter and one setter in a batch that is run anyway. Nothing is lost."),
	.in_2009 = 'S',
	.scope = PER_THREAD,
	.stage = STAGE_FIRST,
	.fields = IF_IMAGE(altstack_fields),
	.size = sizeof(struct altstack),
	.records = 1,
	.space = sizeof(struct kernel_stack),
	.ask = IF_INSIDE(altstack_ask),
	.answer = IF_INSIDE(altstack_answer),
	.preflight = IF_RESTORE(altstack_preflight),
	.rebuild = IF_RESTORE(altstack_rebuild),
};
