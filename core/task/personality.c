/*
 * personality.c - the execution domain of a thread.
 *
 * It decides what uname(2) says, whether addresses are random, whether PROT_READ implies PROT_EXEC.
 * See personality(2): 0xffffffff asks. It is set last, because READ_IMPLIES_EXEC changes what mmap(2) does.
 */
#include "core/task/task.h"

#define ASK 0xffffffffu

struct personality {
	uint32_t persona;
};

static const struct field personality_fields[] = {
	FIELD(struct personality, persona, HEX),
	FIELD_END
};

static int personality_ask(struct ask *a, const struct task *t, const struct thread *th)
{
	CALL(a->batch, NULL, SYS_personality, ASK);
	return 0;
}

static int personality_answer(struct ask *a, struct scan *s, const struct task *t, const struct thread *th, struct state *out)
{
	struct personality *item = state_alloc(s, out, 1, sizeof(*item));

	if (!item)
		return -1;
	item->persona = (uint32_t)ask_result(a, 0);	/* never fails; bit 31 may be set */
	return 0;
}

static int personality_preflight(struct rebuild *r, const struct task *t, const struct thread *th, const struct state *in)
{
	const struct personality *item = in->items;

	if (item->persona == ASK)
		return fail_image("thread %d: personality 0xffffffff", (int)th->tid);
	return 0;
}

static int personality_rebuild(struct batch *b, const struct task *t, const struct thread *th, const struct state *in)
{
	const struct personality *item = in->items;

	CALL(b, NULL, SYS_personality, item->persona);	/* returns the old one, which may look like an error */
	return 0;
}

const struct task_kind task_personality = {
	.name = "personality",
	.title = ROW_TEXT("execution domain"),
	.how = ROW_TEXT("personality(0xffffffff) inside the thread"),
	.page = ROW_PAGE(
		"The execution domain of a thread (personality(2)): no address randomisation (setarch -R), readable implies "
		"executable, old kernel version names, ...\n\n"
		"It is asked for and set inside, as the last thing: READ_IMPLIES_EXEC changes what the calls of the restore "
		"itself would do. Emulators and debuggers set it for their children and rely on equal addresses in each "
		"run.\n\n"
		"Nothing is lost of it; but where new mappings go was settled when the program was executed, and is as in "
		"cr from the restore on (ADDR_COMPAT_LAYOUT: setarch -L cr restore). A word size other than ours is refused "
		"as compat."),
	.scope = PER_THREAD,
	.stage = STAGE_LAST,
	.fields = IF_IMAGE(personality_fields),
	.size = sizeof(struct personality),
	.records = 1,
	.ask = IF_INSIDE(personality_ask),
	.answer = IF_INSIDE(personality_answer),
	.preflight = IF_RESTORE(personality_preflight),
	.rebuild = IF_RESTORE(personality_rebuild),
};
