/*
 * posix_timer.c - timers made with timer_create(2), with their ids and the time that remains.
 *
 *	/proc/PID/timers:
 *	ID: 1
 *	signal: 12/0000000000000063
 *	notify: signal/tid.21325
 *	ClockID: 1
 *
 * The times are asked for inside: timer_gettime(2). A timer that was set to a point in time goes on with the time that
 * remained, because the kernel does not tell how it was set. Ids: Linux 6.15 takes them (PR_TIMER_CREATE_RESTORE_IDS); before, a
 * new process counts from 0, so that the ids in between are made and deleted.
 */
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>

#include "core/task/task.h"

#define RESTORE_IDS 77			/* PR_TIMER_CREATE_RESTORE_IDS: 0 off, 1 on, 2 ask */
#define COUNT_MAX 300			/* ids that may be counted through without it */
#define TIMERS_MAX 1000
#define SIGEV_NONE_NR 1
#define SIGEV_TO_THREAD 4		/* SIGEV_THREAD_ID */

struct posix_timer {
	uint32_t id;
	int32_t clock;
	uint32_t signo, notify;		/* SIGEV_* */
	uint32_t tid;			/* 0: the whole process */
	uint64_t value;			/* sigval */
	int64_t interval_sec, interval_nsec, value_sec, value_nsec;
};

static const struct field posix_timer_fields[] = {
	FIELD(struct posix_timer, id, U64),
	FIELD(struct posix_timer, clock, I64),
	FIELD(struct posix_timer, signo, U64),
	FIELD(struct posix_timer, notify, U64),
	FIELD(struct posix_timer, tid, U64),
	FIELD(struct posix_timer, value, HEX),
	FIELD(struct posix_timer, interval_sec, I64),
	FIELD(struct posix_timer, interval_nsec, I64),
	FIELD_UNEQUAL(struct posix_timer, value_sec, I64, TASK_TIMER_RUNS_ON),
	FIELD_UNEQUAL(struct posix_timer, value_nsec, I64, TASK_TIMER_RUNS_ON),
	FIELD_END
};

/* Wall clocks and the CPU clocks of the process itself (-6 to -8). */
static int clock_known(int clock)
{
	return clock == 0 || clock == 1 || clock == 2 || (clock >= 7 && clock <= 9) || clock == 11 || (clock >= -8 && clock <= -6);
}

static int has_thread(const struct task *t, uint32_t tid)
{
	for (size_t i = 0; i < t->nthreads; i++)
		if (t->threads[i].tid == (pid_t)tid && !t->threads[i].zombie)
			return 1;
	return 0;
}

/* ---- capture ---- */

static int refuse(struct scan *s, const struct task *t, uint32_t id, const char *meaning)
{
	return report_refuse(s->report, "posix_timer", t->pid, report_object(s->report, "timer", id), "let it delete this timer", "%s", meaning);
}

static int by_id(const void *a, const void *b)
{
	const struct posix_timer *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

static int record(struct scan *s, const struct task *t, const struct proc_timers *timers, struct state *out)
{
	struct posix_timer *item;

	if (!timers->n)
		return 0;
	if (timers->n > TIMERS_MAX)
		return refuse(s, t, timers->v[0].id, "it has more than 1000 timers");
	item = state_alloc(s, out, timers->n, sizeof(*item));
	if (!item)
		return -1;
	for (size_t i = 0; i < timers->n; i++) {
		const struct proc_timer *p = &timers->v[i];

		item[i] = (struct posix_timer){
			.id = p->id, .clock = p->clock, .signo = p->signal, .value = p->value,
			.notify = p->notify | (p->to_thread ? SIGEV_TO_THREAD : 0), .tid = p->to_thread ? p->pid : 0,
		};
		if (!clock_known(p->clock) && refuse(s, t, p->id, "it runs on the clock of a thread or of a device") < 0)
			return -1;
	}
	qsort(item, timers->n, sizeof(*item), by_id);
	return 0;
}

static int posix_timer_look(struct scan *s, const struct task *t, const struct thread *th, struct state *out)
{
	cleanup_fd int dir = -1;
	struct proc_timers timers;
	int r;

	if (!model_speaker(t))
		return 0;
	r = proc_open(t->pid, &dir);
	if (r == PROC_OK)
		r = proc_read_timers(dir, &s->model->arena, &timers);
	if (r == PROC_ABSENT)
		return report_refuse(s->report, "posix_timer", t->pid, "",
				     "use a kernel with CONFIG_CHECKPOINT_RESTORE",
				     "this kernel does not tell whether it has POSIX timers");
	return r == PROC_OK ? record(s, t, &timers, out) : task_look_result(r);
}

struct kernel_itimerspec {
	int64_t interval_sec, interval_nsec, value_sec, value_nsec;
};

static int posix_timer_ask(struct ask *a, const struct task *t, const struct thread *th)
{
	const struct state *st = &t->state[task_kind_slot(task_kind_index("posix_timer"))];
	const struct posix_timer *item = st->items;

	if (!st->n)
		return 0;
	a->space = batch_space(a->batch, st->n * sizeof(struct kernel_itimerspec), &a->remote);
	if (!a->space)
		return -1;
	for (size_t i = 0; i < st->n; i++) {
		CALL(a->batch, "timer_gettime", SYS_timer_gettime, item[i].id, a->remote + i * sizeof(struct kernel_itimerspec));
		CALL(a->batch, NULL, SYS_timer_getoverrun, item[i].id);
	}
	return 0;
}

/* What cannot be made again: a timer for a thread that is no more goes on, and one on an alarm clock takes CAP_WAKE_ALARM when it is made. */
static int refuse_some(struct scan *s, const struct task *t, const struct thread *th, const struct posix_timer *p)
{
	uint64_t caps = ~0ull;
	uint32_t uid;

	if (p->tid && !has_thread(t, p->tid))
		return refuse(s, t, p->id, "the thread that it notifies has ended");
	if (p->clock != CLOCK_REALTIME_ALARM && p->clock != CLOCK_BOOTTIME_ALARM)
		return 0;
	if (task_who(t, th, &uid, &caps) < 0)
		return -1;
	return caps >> CAP_WAKE_ALARM & 1 ? 0 : refuse(s, t, p->id, "it runs on an alarm clock, and the process has no CAP_WAKE_ALARM any more");
}

static int posix_timer_answer(struct ask *a, struct scan *s, const struct task *t, const struct thread *th, struct state *out)
{
	const struct kernel_itimerspec *k = a->space;
	struct posix_timer *item = out->items;

	for (size_t i = 0; i < out->n; i++) {
		item[i].interval_sec = k[i].interval_sec;
		item[i].interval_nsec = k[i].interval_nsec;
		item[i].value_sec = k[i].value_sec;
		item[i].value_nsec = k[i].value_nsec;
		if (refuse_some(s, t, th, &item[i]) < 0)
			return -1;
		if (ask_result(a, 2 * i + 1) > 0 &&
		    refuse(s, t, item[i].id, "it has overrun, and timer_getoverrun would tell a restored one otherwise until its next signal: "
			   "try again") < 0)
			return -1;
	}
	return 0;
}

/* ---- restore ---- */

static int ids_can_be_chosen(void)
{
	return prctl(RESTORE_IDS, 2, 0, 0, 0) >= 0;
}

static int nonsense(const struct task *t, const struct posix_timer *p)
{
	return p->id > INT32_MAX || !clock_known(p->clock) || p->notify > 6 || !(p->notify & SIGEV_TO_THREAD) != !p->tid ||
	       (!(p->notify & SIGEV_NONE_NR) && (p->signo < 1 || p->signo > 64)) || (p->tid && !has_thread(t, p->tid)) ||
	       task_timer_bad(p->interval_sec, p->interval_nsec, 1000000000) || task_timer_bad(p->value_sec, p->value_nsec, 1000000000);
}

static int posix_timer_preflight(struct rebuild *r, const struct task *t, const struct thread *th, const struct state *in)
{
	const struct posix_timer *item = in->items;

	if (in->n > TIMERS_MAX)
		return fail_image("process %d: %zu timers", (int)t->pid, in->n);
	for (size_t i = 0; i < in->n; i++)
		if (nonsense(t, &item[i]) || (i && item[i].id <= item[i - 1].id))
			return fail_image("process %d: timer %u", (int)t->pid, item[i].id);
	if (in->n && item[in->n - 1].id > COUNT_MAX && !ids_can_be_chosen())
		return report_refuse(r->report, "posix_timer", t->pid, "", "use Linux 6.15 or later",
				     "this kernel cannot give a timer the id %u", item[in->n - 1].id);
	return 0;
}

static int set(struct batch *b, const struct posix_timer *p, int64_t later)
{
	struct kernel_itimerspec k = { p->interval_sec, p->interval_nsec, p->value_sec, p->value_nsec };
	uint64_t times;

	if (k.value_sec || k.value_nsec)
		k.value_sec += later;
	times = batch_put(b, &k, sizeof(k));
	if (!times)
		return -1;
	CALL(b, "timer_settime", SYS_timer_settime, p->id, 0, times, 0);
	return 0;
}

/* While the tree is made again its signals would pile up, and come out as others than they were. */
static int make(struct batch *b, const struct posix_timer *p)
{
	struct { uint64_t value; int32_t signo, notify, tid; uint8_t rest[44]; } event = {
		.value = p->value, .signo = p->signo, .notify = p->notify, .tid = p->tid,
	};
	uint64_t e = batch_put(b, &event, sizeof(event));
	uint64_t id = batch_put(b, &p->id, sizeof(p->id));	/* read if ids can be chosen; always written */

	if (!e || !id)
		return -1;
	CALL(b, "timer_create", SYS_timer_create, (uint64_t)(int64_t)p->clock, e, id);
	return set(b, p, TASK_TIMER_FAR);
}

/* Makes and deletes the timers of the ids FROM..TO-1. */
static int count_through(struct batch *b, uint32_t from, uint32_t to)
{
	struct { uint64_t value; int32_t signo, notify; uint8_t rest[48]; } event = { .notify = SIGEV_NONE_NR };
	uint64_t e = batch_put(b, &event, sizeof(event)), id = batch_put(b, &from, sizeof(from));

	if (!e || !id)
		return -1;
	for (; from < to; from++) {
		CALL(b, "timer_create", SYS_timer_create, 1, e, id);
		CALL(b, "timer_delete", SYS_timer_delete, from);
	}
	return 0;
}

static int posix_timer_rebuild(struct batch *b, const struct task *t, const struct thread *th, const struct state *in)
{
	const struct posix_timer *item = in->items;
	int chosen = in->n && ids_can_be_chosen();
	uint32_t next = 0;

	if (chosen)
		CALL(b, "prctl(PR_TIMER_CREATE_RESTORE_IDS)", SYS_prctl, RESTORE_IDS, 1);
	for (size_t i = 0; i < in->n; next = item[i++].id + 1)
		if ((!chosen && count_through(b, next, item[i].id) < 0) || make(b, &item[i]) < 0)
			return -1;
	if (chosen)
		CALL(b, "prctl(PR_TIMER_CREATE_RESTORE_IDS)", SYS_prctl, RESTORE_IDS, 0);
	return 0;
}

static int posix_timer_start(struct batch *b, const struct task *t, const struct thread *th, const struct state *in)
{
	const struct posix_timer *item = in->items;

	for (size_t i = 0; i < in->n; i++)
		if (set(b, &item[i], 0) < 0)
			return -1;
	return 0;
}

const struct task_kind task_posix_timer = {
	.name = "posix_timer",
	.title = ROW_TEXT("POSIX timers"),
	.how = ROW_TEXT("/proc/PID/timers; timer_gettime(2) inside the process"),
	.condition = ROW_TEXT("ids above a few thousand need Linux 6.15"),
	.page = ROW_PAGE(
		"Timers of timer_create(2): id, clock, what they notify, interval, time left.\n\n"
		"/proc/PID/timers lists them without times, which are asked for inside. The id is a number that the program "
		"keeps: from Linux 6.15 on a new timer may ask for its id (PR_TIMER_CREATE_RESTORE_IDS); before, ids are "
		"counted, so those in between are made and deleted. A timer that was set to a point in time goes on with "
		"the time that remained, because the kernel does not tell how it was set. A periodic one that expired while "
		"its signal was ignored sends it as soon as it is not (Linux 6.13); a restored one waits for its next time.\n\n"
		"Refused: clocks of single threads or of devices, alarm clocks without CAP_WAKE_ALARM, timers for threads "
		"that have ended, overruns not yet read, timers whose signal waits because it is blocked, more than 1000 "
		"timers."),
	.inside = 1,
	.scope = PER_TASK,
	.stage = STAGE_LAST,
	.fields = IF_IMAGE(posix_timer_fields),
	.size = sizeof(struct posix_timer),
	.look = posix_timer_look,
	.ask = IF_INSIDE(posix_timer_ask),
	.answer = IF_INSIDE(posix_timer_answer),
	.preflight = IF_RESTORE(posix_timer_preflight),
	.rebuild = IF_RESTORE(posix_timer_rebuild),
	.start = IF_RESTORE(posix_timer_start),
};
