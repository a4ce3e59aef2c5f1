/*
 * mempolicy.c - on which NUMA nodes a thread's memory is taken. Policies of single mappings are not among this.
 *
 *	get_mempolicy(2): mode with its flags, mask of nodes
 */
#include "core/mem/mem.h"
#include "core/task/task.h"

struct answers {
	uint8_t mask[MEM_NODES_BYTES];
	int32_t mode;
};

struct mempolicy {
	uint32_t mode;			/* 0 default */
	struct bytes nodes;		/* bit N of byte N/8: node N; without zeros at its end */
};

static const struct field mempolicy_fields[] = {
	FIELD(struct mempolicy, mode, HEX),
	FIELD(struct mempolicy, nodes, BYTES),
	FIELD_END
};

static int mempolicy_ask(struct ask *a, const struct task *t, const struct thread *th)
{
	CALL(a->batch, NULL, SYS_get_mempolicy, a->remote + offsetof(struct answers, mode), a->remote, MEM_NODES_BITS, 0, 0);
	return 0;
}

static int mempolicy_answer(struct ask *a, struct scan *s, const struct task *t, const struct thread *th, struct state *out)
{
	const struct answers *w = a->space;
	struct mempolicy *item = state_alloc(s, out, 1, sizeof(*item));
	long result = ask_result(a, 0);

	if (!item)
		return -1;
	if (result == -ENOSYS)		/* a kernel without NUMA */
		return 0;
	if (result < 0)
		return fail_plain("thread %d: get_mempolicy: %s", (int)th->tid, strerror(-result));
	item->mode = w->mode;
	item->nodes.len = bytes_used(w->mask, MEM_NODES_BYTES);
	item->nodes.p = arena_copy(&s->model->arena, w->mask, item->nodes.len);
	return item->nodes.p ? 0 : -1;
}

static int mempolicy_preflight(struct rebuild *r, const struct task *t, const struct thread *th, const struct state *in)
{
	const struct mempolicy *item = in->items;

	if (!item->mode)
		return 0;
	if (item->nodes.len > MEM_NODES_BYTES || (item->mode & MEM_POLICY_MODE) > MEM_POLICY_MODE_MAX)
		return fail_image("thread %d: memory policy %#x", (int)th->tid, item->mode);
	if (mem_nodes_allowed(item->mode, &item->nodes))
		return 0;
	return report_refuse_thread(r->report, "mempolicy", t->pid, th->tid, "restore where these nodes are",
				    "it takes memory of NUMA nodes that cr may not use here");
}

/* Failing to set the default is no harm: a kernel without NUMA has nothing else. */
static int mempolicy_rebuild(struct batch *b, const struct task *t, const struct thread *th, const struct state *in)
{
	const struct mempolicy *item = in->items;
	uint64_t remote;
	uint8_t *mask;

	mask = batch_space(b, MEM_NODES_BYTES, &remote);
	if (!mask)
		return -1;
	memcpy(mask, item->nodes.p ? item->nodes.p : mask, item->nodes.len);
	if (item->mode)
		CALL(b, "set_mempolicy", SYS_set_mempolicy, item->mode, remote, MEM_NODES_BITS);
	else
		CALL(b, NULL, SYS_set_mempolicy, 0, 0, 0);
	return 0;
}

const struct task_kind task_mempolicy = {
	.name = "mempolicy",
	.title = ROW_TEXT("NUMA memory policy of threads"),
	.also = ROW_TEXT("numa"),
	.how = ROW_TEXT("get_mempolicy(2) inside the thread"),
	.condition = ROW_TEXT("the nodes exist at the restore"),
	.page = ROW_PAGE(
		"From which NUMA nodes the memory of a thread is taken (set_mempolicy(2)), and the policy of single "
		"mappings (mbind(2)).\n\n"
		"numa_maps mixes the two, so both are asked for inside the frozen thread. Where the image needs a node "
		"that this machine has not, the restore is refused by name; a process that runs on elsewhere would be "
		"placed differently than it had asked for. Pages are placed anew by the policy, not where they were.\n\n"
		"One call for each thread, and for each mapping, unless numa_maps says of some hundreds that none of "
		"them has a policy. Kernels without CONFIG_NUMA have nothing to lose."),
	.scope = PER_THREAD,
	.stage = STAGE_FIRST,
	.fields = IF_IMAGE(mempolicy_fields),
	.size = sizeof(struct mempolicy),
	.records = 1,
	.space = sizeof(struct answers),
	.ask = IF_INSIDE(mempolicy_ask),
	.answer = IF_INSIDE(mempolicy_answer),
	.preflight = IF_RESTORE(mempolicy_preflight),
	.rebuild = IF_RESTORE(mempolicy_rebuild),
};
