/*
 * membarrier.c - what a process has registered for with membarrier(2).
 *
 * MEMBARRIER_CMD_GET_REGISTRATIONS came with Linux 6.3. Before, the private commands themselves tell: they fail with EPERM in a
 * process that is not registered, and do nothing but order memory in one that is. The global one cannot be asked for then.
 */
#include "core/task/task.h"

#define GET_REGISTRATIONS (1 << 9)

/* command, and the registration that allows it */
static const struct { uint32_t command, registration; } commands[] = {
	{ 1 << 1, 1 << 2 },		/* GLOBAL_EXPEDITED */
	{ 1 << 3, 1 << 4 },		/* PRIVATE_EXPEDITED */
	{ 1 << 5, 1 << 6 },		/* PRIVATE_EXPEDITED_SYNC_CORE */
	{ 1 << 7, 1 << 8 },		/* PRIVATE_EXPEDITED_RSEQ */
};
#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

struct membarrier {
	uint32_t registered;
};

static const struct field membarrier_fields[] = {
	FIELD(struct membarrier, registered, HEX),
	FIELD_END
};

static int membarrier_ask(struct ask *a, const struct task *t, const struct thread *th)
{
	CALL(a->batch, NULL, SYS_membarrier, GET_REGISTRATIONS);
	for (size_t i = 1; i < COMMANDS; i++)
		CALL(a->batch, NULL, SYS_membarrier, commands[i].command);
	return 0;
}

static int membarrier_answer(struct ask *a, struct scan *s, const struct task *t, const struct thread *th, struct state *out)
{
	struct membarrier *item = state_alloc(s, out, 1, sizeof(*item));
	long bits = ask_result(a, 0);

	if (!item)
		return -1;
	if (bits >= 0) {
		item->registered = bits;
		return 0;
	}
	for (size_t i = 1; i < COMMANDS; i++)
		if (ask_result(a, i) >= 0)
			item->registered |= commands[i].registration;
	return 0;
}

static int membarrier_preflight(struct rebuild *r, const struct task *t, const struct thread *th, const struct state *in)
{
	const struct membarrier *item = in->items;
	uint32_t known = 0;
	long offered;

	if (!item->registered)
		return 0;
	for (size_t i = 0; i < COMMANDS; i++)
		known |= commands[i].registration;
	if (item->registered & ~known)
		return fail_image("process %d: membarrier registrations %#x", (int)t->pid, item->registered);
	offered = syscall(SYS_membarrier, 0, 0, 0);	/* MEMBARRIER_CMD_QUERY */
	if (offered < 0 || item->registered & ~offered)
		return report_refuse(r->report, "membarrier", t->pid, "", "use the kernel of the dump",
				     "this kernel does not offer membarrier registrations %#x", item->registered);
	return 0;
}

static int membarrier_rebuild(struct batch *b, const struct task *t, const struct thread *th, const struct state *in)
{
	const struct membarrier *item = in->items;

	for (size_t i = 0; i < COMMANDS; i++)
		if (item->registered & commands[i].registration)
			CALL(b, "membarrier", SYS_membarrier, commands[i].registration);
	return 0;
}

const struct task_kind task_membarrier = {
	.name = "membarrier",
	.title = ROW_TEXT("membarrier registrations"),
	.how = ROW_TEXT("membarrier(MEMBARRIER_CMD_GET_REGISTRATIONS) inside the process"),
	.page = ROW_PAGE(
		"What a process has registered for with membarrier(2): barriers on all CPUs that run it, used by runtimes "
		"with fast readers (liburcu, .NET, Java).\n\n"
		"Without the registration its next barrier fails with EPERM, which such programs take for impossible. "
		"Linux 6.3 tells the registrations; before that the private barriers themselves are tried inside the "
		"frozen process: they only order memory. Each one is registered again.\n\n"
		"On kernels before 6.3 a registration for the global barrier alone cannot be seen; it makes barriers of "
		"others faster and never fails."),
	.scope = PER_TASK,
	.stage = STAGE_FIRST,
	.fields = IF_IMAGE(membarrier_fields),
	.size = sizeof(struct membarrier),
	.records = 1,
	.ask = IF_INSIDE(membarrier_ask),
	.answer = IF_INSIDE(membarrier_answer),
	.preflight = IF_RESTORE(membarrier_preflight),
	.rebuild = IF_RESTORE(membarrier_rebuild),
};
