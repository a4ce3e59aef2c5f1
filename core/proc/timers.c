/*
 * timers.c - /proc/PID/timers: POSIX timers, four lines each.
 *
 *	ID: 1
 *	signal: 12/0000000000000063
 *	notify: signal/tid.21325
 *	ClockID: -6
 *
 * proc_pid_timers(5), timer_create(2)
 */
#include "core/base/err.h"
#include "core/proc/proc.h"
#include "core/proc/text.h"

static int take_notify(const char **p, struct proc_timer *t)
{
	if (!text_literal(p, "signal/"))
		t->notify = PROC_TIMER_SIGNAL;
	else if (!text_literal(p, "none/"))
		t->notify = PROC_TIMER_NONE;
	else if (!text_literal(p, "thread/"))
		t->notify = PROC_TIMER_THREAD;
	else
		return -1;
	if (!text_literal(p, "tid."))
		t->to_thread = 1;
	else if (text_literal(p, "pid."))
		return -1;
	return text_i32(p, &t->pid);
}

static int take_timer(const char **p, struct proc_timer *t)
{
	return text_literal(p, "ID: ") || text_i32(p, &t->id) || text_end(p) ||
	       text_literal(p, "signal: ") || text_i32(p, &t->signal) || text_literal(p, "/") ||
	       text_u64(p, 16, &t->value) || text_end(p) ||
	       text_literal(p, "notify: ") || take_notify(p, t) || text_end(p) ||
	       text_literal(p, "ClockID: ") || text_i32(p, &t->clock) || text_end(p);
}

int proc_timers_parse(struct arena *a, const char *text, struct proc_timers *out)
{
	size_t cap = 0;

	*out = (struct proc_timers){ 0 };
	while (*text) {
		const char *before = text;

		if (!arena_grow(a, &out->v, out->n, &cap, sizeof(*out->v)))
			return -1;
		if (take_timer(&text, &out->v[out->n])) {
			text_fail("timers", text);
			return fail_context("from \"%.20s\" on", before);
		}
		out->n++;
	}
	return 0;
}

int proc_read_timers(int dirfd, struct arena *a, struct proc_timers *out)
{
	cleanup_buf struct buf text = { 0 };
	int r = proc_read_text(dirfd, "timers", &text);

	return r ? r : proc_timers_parse(a, text.p, out);
}
