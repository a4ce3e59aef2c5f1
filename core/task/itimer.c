/*
 * itimer.c - the three interval timers of a process, with the time that remains.
 *
 *	getitimer(2): { interval, value } for ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF; invisible from outside
 *
 * A real timer whose signal waits to be taken shows no remaining time; the kernel starts it again when the signal is taken. A new
 * process has no such timer to start again, so it gets one that runs from the restore on.
 */
#include "core/task/task.h"

#define TIMERS 3
#define ITIMER_REAL_NR 0

struct kernel_itimer {
	int64_t interval_sec, interval_usec, value_sec, value_usec;
};

struct itimer {
	uint32_t which;
	int64_t interval_sec, interval_usec, value_sec, value_usec;
};

static const struct field itimer_fields[] = {
	FIELD(struct itimer, which, U64),
	FIELD(struct itimer, interval_sec, I64),
	FIELD(struct itimer, interval_usec, I64),
	FIELD_UNEQUAL(struct itimer, value_sec, I64, TASK_TIMER_RUNS_ON),
	FIELD_UNEQUAL(struct itimer, value_usec, I64, TASK_TIMER_RUNS_ON),
	FIELD_END
};

static int itimer_ask(struct ask *a, const struct task *t, const struct thread *th)
{
	for (unsigned i = 0; i < TIMERS; i++)
		CALL(a->batch, "getitimer", SYS_getitimer, i, a->remote + i * sizeof(struct kernel_itimer));
	return 0;
}

static int itimer_answer(struct ask *a, struct scan *s, const struct task *t, const struct thread *th, struct state *out)
{
	const struct kernel_itimer *k = a->space;
	struct itimer *item = state_alloc(s, out, TIMERS, sizeof(*item));

	if (!item)
		return -1;
	for (unsigned i = 0; i < TIMERS; i++)
		item[i] = (struct itimer){ i, k[i].interval_sec, k[i].interval_usec, k[i].value_sec, k[i].value_usec };
	return 0;
}

static int itimer_preflight(struct rebuild *r, const struct task *t, const struct thread *th, const struct state *in)
{
	const struct itimer *item = in->items;

	for (unsigned i = 0; i < in->n; i++)
		if (item[i].which != i || task_timer_bad(item[i].interval_sec, item[i].interval_usec, 1000000) ||
		    task_timer_bad(item[i].value_sec, item[i].value_usec, 1000000))
			return fail_image("process %d: interval timer %u", (int)t->pid, i);
	return 0;
}

static int set_all(struct batch *b, const struct state *in, int64_t later)
{
	const struct itimer *item = in->items;

	for (size_t i = 0; i < in->n; i++) {
		struct kernel_itimer k = { item[i].interval_sec, item[i].interval_usec, item[i].value_sec, item[i].value_usec };
		uint64_t remote;

		if (!k.value_sec && !k.value_usec && item[i].which == ITIMER_REAL_NR) {
			k.value_sec = k.interval_sec;
			k.value_usec = k.interval_usec;
		}
		if (!k.value_sec && !k.value_usec && !k.interval_sec && !k.interval_usec)
			continue;	/* a newborn has none: timers are not inherited */
		if (k.value_sec || k.value_usec)
			k.value_sec += later;
		remote = batch_put(b, &k, sizeof(k));
		if (!remote)
			return -1;
		CALL(b, "setitimer", SYS_setitimer, item[i].which, remote, 0);
	}
	return 0;
}

/* While the tree is made again its signals would come before the tree does. */
static int itimer_rebuild(struct batch *b, const struct task *t, const struct thread *th, const struct state *in)
{
	return set_all(b, in, TASK_TIMER_FAR);
}

static int itimer_start(struct batch *b, const struct task *t, const struct thread *th, const struct state *in)
{
	return set_all(b, in, 0);
}

const struct task_kind task_itimer = {
	.name = "itimer",
	.title = ROW_TEXT("interval timers"),
	.how = ROW_TEXT("getitimer(2) inside the process"),
	.page = ROW_PAGE(
		"The three interval timers of setitimer(2) and alarm(2): real, virtual and profiling time, with interval "
		"and time left.\n\n"
		"Nothing outside shows them, so they are asked for inside the frozen process. At the restore they are set "
		"to the time that was left: they do not run while the image lies on a disk. The real one is set running "
		"only when the whole tree has been made and verified, so that even one with a microsecond left fires in "
		"its own process. A real timer whose signal has come and waits to be taken starts its interval at the "
		"restore; so does one that stands because its signal came while it was ignored.\n\n"
		"Three calls in each direction. What is lost is the exact microsecond."),
	.scope = PER_TASK,
	.stage = STAGE_LAST,
	.fields = IF_IMAGE(itimer_fields),
	.size = sizeof(struct itimer),
	.records = TIMERS,
	.space = TIMERS * sizeof(struct kernel_itimer),
	.ask = IF_INSIDE(itimer_ask),
	.answer = IF_INSIDE(itimer_answer),
	.preflight = IF_RESTORE(itimer_preflight),
	.rebuild = IF_RESTORE(itimer_rebuild),
	.start = IF_RESTORE(itimer_start),
};
