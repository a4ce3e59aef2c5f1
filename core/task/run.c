/* run.c - runs the kinds of task state: looking from outside, one batch of getters in each thread, one batch of setters a stage. */
#include <stdlib.h>
#include <string.h>

#include "core/base/io.h"
#include "core/mem/mem.h"
#include "core/proc/proc.h"
#include "core/unit.h"

static int is_zombie(const struct task *t)
{
	return !strcmp(t->run, "zombie");
}

/* ---- looking from outside ---- */

/* A finding may have been added in between: then all stays. */
static int look_kind(struct scan *s, struct task *t, struct thread *th, int k)
{
	struct arena_mark mark = arena_mark(&s->model->arena);
	size_t n = s->report->n;
	int ret = task_kinds[k]->look(s, t, th, state_of_kind(t, th, k));

	if (!ret && n == s->report->n)
		state_share(&s->model->arena, mark, t, th, k, NULL);
	return ret;
}

static int look(struct scan *s, struct task *t, enum scope scope, struct thread *th)
{
	int ret = 0;

	for (int k = 0; !ret && task_kinds[k]; k++)
		if (task_kinds[k]->look && task_kinds[k]->scope == scope)
			ret = look_kind(s, t, th, k);
	return ret;
}

static int look_zombie(struct scan *s, struct task *t)
{
	int ret = 0;

	for (int k = 0; !ret && task_kinds[k]; k++)
		if (task_kinds[k]->of_zombies)
			ret = task_kinds[k]->look(s, t, &t->threads[0], state_of_kind(t, &t->threads[0], k));
	return ret;
}

int tasks_look(struct scan *s, struct task *t)
{
	int zombie = is_zombie(t), ret = zombie ? look_zombie(s, t) : look(s, t, PER_TASK, NULL);

	for (size_t i = 0; !ret && !zombie && i < t->nthreads; i++) {
		ret = t->threads[i].zombie ? 0 : look(s, t, PER_THREAD, &t->threads[i]);
		if (ret > 0 && i && !scan_is_frozen(s))
			ret = 0;	/* it has ended */
	}
	return ret;
}

/* Kinds that are asked in TH: those of each thread, and those of the process in the one that speaks for it. */
static int is_asked(const struct task_kind *kind, const struct thread *th, const struct thread *who)
{
	return kind->answer && (kind->scope == PER_THREAD || th == who);
}

static int ask_kind(const struct task_kind *kind, struct ask *a, const struct task *t, const struct thread *th)
{
	if (kind->space && !(a->space = batch_space(a->batch, kind->space, &a->remote)))
		return -1;
	return kind->ask ? kind->ask(a, t, th) : 0;
}

/* One thread's part of what is asked of many at once. */
struct asked {
	struct task *task;
	struct thread *thread, *who;
	struct batch batch;
	struct ask kinds[TASK_KINDS_MAX], memory;
};

/* 1: there is no room beside BEFORE. */
static int ask(struct asked *q, struct task *t, struct thread *th, struct thread *who, const struct asked *before)
{
	struct batch *b = &q->batch;
	int ret;

	q->task = t;
	q->thread = th;
	q->who = who;
	ret = before && before->task == t ? batch_begin_beside(b, th->remote, &before->batch) : batch_begin(b, th->remote);
	if (ret)
		return ret;
	for (int k = 0; task_kinds[k]; k++) {
		q->kinds[k] = (struct ask) { .batch = b, .first = b->ncalls, .thread = th->remote };
		if (is_asked(task_kinds[k], th, who) && ask_kind(task_kinds[k], &q->kinds[k], t, th) < 0)
			return fail_context("%s", task_kinds[k]->name);
	}
	q->memory = (struct ask) { .batch = b, .first = b->ncalls, .thread = th->remote };
	return th == who ? mem_ask(&q->memory, t) : 0;
}

long ask_result(const struct ask *a, unsigned n)
{
	return batch_result(a->batch, a->first + n);
}

/* It may change what look() has found, which may be of others, too. */
static int answer_kind(struct scan *s, struct asked *q, int k)
{
	struct arena_mark mark = arena_mark(&s->model->arena);
	struct state *st = state_of_kind(q->task, q->thread, k), old = *st;
	size_t n = s->report->n;

	if (state_own(&s->model->arena, st, k) < 0)
		return -1;
	if (task_kinds[k]->answer(&q->kinds[k], s, q->task, q->thread, st) < 0)
		return fail_context("%s", task_kinds[k]->name);
	if (n == s->report->n)
		state_share(&s->model->arena, mark, q->task, q->thread, k, &old);
	return 0;
}

static int answer(struct scan *s, struct asked *q)
{
	if (q->thread == q->who && mem_answer(&q->memory, s, q->task) < 0)
		return -1;
	for (int k = 0; task_kinds[k]; k++)
		if (is_asked(task_kinds[k], q->thread, q->who) && answer_kind(s, q, k) < 0)
			return -1;
	return 0;
}

/* Threads that are asked at once: while one runs its calls, others are sent off, and our processor has something to do. */
struct round {
	struct asked *v;
	size_t n, max;
};

#define KEPT 200			/* so many processes may keep what a batch takes until all of them have been asked: it costs less time */

static int run_round(struct scan *s, struct round *r)
{
	struct batch *batches[BATCHES_MAX] = { NULL };
	size_t n = r->n;

	r->n = 0;
	for (size_t i = 0; i < n; i++)
		batches[i] = &r->v[i].batch;
	if (batch_run_together(batches, n) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const struct task *t = r->v[i].task;

		if (answer(s, &r->v[i]) < 0)
			return fail_context("process %d thread %d", t->pid, r->v[i].thread->tid);
		if (r->v[i].thread == &t->threads[t->nthreads - 1] && s->model->ntasks > KEPT)
			remote_idle(t->remote);
	}
	return 0;
}

static int add_to_round(struct scan *s, struct round *r, struct task *t, struct thread *th, struct thread *who)
{
	int ret = r->n < r->max ? ask(&r->v[r->n], t, th, who, r->n ? &r->v[r->n - 1] : NULL) : 1;

	if (ret > 0)
		ret = run_round(s, r) < 0 ? -1 : ask(&r->v[0], t, th, who, NULL);
	if (ret < 0)
		return fail_context("process %d thread %d", t->pid, th->tid);
	r->n++;
	return 0;
}

static size_t at_once(const struct model *m)
{
	size_t threads = 0;

	for (size_t i = 0; i < m->ntasks && threads < BATCHES_MAX; i++)
		threads += m->tasks[i]->nthreads;
	return threads < BATCHES_MAX ? threads : BATCHES_MAX;
}

int tasks_capture(struct scan *s)
{
	struct round r = { .max = at_once(s->model) };
	int ret = (r.v = malloc(r.max * sizeof(*r.v))) ? 0 : fail("memory for the threads that are asked");

	for (size_t i = 0; !ret && i < s->model->ntasks; i++) {
		struct task *t = s->model->tasks[i];
		struct thread *who = t->mm ? model_speaker(t) : NULL;

		for (size_t j = 0; !ret && who && j < t->nthreads; j++)
			if (!t->threads[j].zombie)
				ret = add_to_round(s, &r, t, &t->threads[j], who);
	}
	if (!ret)
		ret = run_round(s, &r);
	free(r.v);
	return ret;
}

/* Can TH, or T as a whole, have a record of this kind? */
static int is_there(const struct task_kind *kind, const struct task *t, const struct thread *th)
{
	return is_zombie(t) ? kind->of_zombies : !th || !th->zombie;
}

static int preflight_kind(struct rebuild *r, struct task *t, struct thread *th, int k)
{
	const struct task_kind *kind = task_kinds[k];
	const struct state *in = state_of_kind(t, th, k);

	if (kind->records && in->n != kind->records && (in->n || !is_zombie(t)))
		return fail_image("process %d, thread %d: %zu \"%s\" records instead of %u", t->pid, th ? th->tid : t->pid, in->n, kind->name,
				  kind->records);
	return kind->preflight && (in->n || !kind->records) ? kind->preflight(r, t, th, in) : 0;
}

int tasks_preflight(struct rebuild *r, struct task *t)
{
	for (int k = 0; task_kinds[k]; k++) {
		int once = task_kinds[k]->scope == PER_TASK;

		for (size_t i = 0; i < (once ? 1 : t->nthreads); i++) {
			struct thread *th = once ? NULL : &t->threads[i];

			if (is_there(task_kinds[k], t, th) && preflight_kind(r, t, th, k) < 0)
				return -1;
		}
	}
	return 0;
}

/* A thread that is to run the calls of some stages. */
struct part {
	struct task *task;
	struct thread *thread, *who;
	enum stage first, last;
	struct batch batch;
};

/* Those of one process, or of several, that run them at once. */
struct gang {
	struct rebuild *rebuild;
	struct part v[BATCHES_MAX];
	size_t n;
};

static int is_rebuilt(const struct task_kind *kind, const struct state *st, enum stage stage, const struct part *p)
{
	if ((is_zombie(p->task) && !kind->of_zombies) || (kind->records && !st->n))
		return 0;
	return kind->stage == stage && (kind->scope == PER_THREAD || p->thread == p->who);
}

/* What P itself is to do is queued; or, where R is there, we do our own part for it, from outside. */
static int rebuild_kinds(struct part *p, struct rebuild *r, enum stage first, enum stage last)
{
	for (enum stage stage = first; stage <= last; stage++)
		for (int k = 0; task_kinds[k]; k++) {
			const struct task_kind *kind = task_kinds[k];
			const struct state *st = state_of_kind(p->task, p->thread, k);
			int ret = 0;

			if (!is_rebuilt(kind, st, stage, p))
				continue;
			if (r && kind->rebuild_outside)
				ret = kind->rebuild_outside(r, p->task, p->thread, st);
			else if (!r && kind->rebuild)
				ret = kind->rebuild(&p->batch, p->task, p->thread, st);
			if (ret < 0)
				return fail_context("%s", kind->name);
		}
	return 0;
}

static int fail_part(const struct part *p)
{
	return fail_context("process %d thread %d", p->task->pid, p->thread->tid);
}

static int run_gang(struct gang *g)
{
	struct batch *batches[BATCHES_MAX] = { NULL };
	size_t n = g->n;

	g->n = 0;
	for (size_t i = 0; i < n; i++)
		batches[i] = &g->v[i].batch;
	if (batch_run_together(batches, n) < 0)
		return n == 1 ? fail_part(&g->v[0]) : -1;	/* of several the thread is named */
	for (size_t i = 0; i < n; i++)
		if (g->v[i].last == STAGE_LAST && rebuild_kinds(&g->v[i], g->rebuild, STAGE_LAST, STAGE_LAST) < 0)
			return fail_part(&g->v[i]);
	return 0;
}

/* 1: there is no room beside what has been added. */
static int begin_part(struct gang *g, struct remote_thread *th)
{
	struct batch *b = &g->v[g->n].batch;

	if (g->n == BATCHES_MAX)
		return 1;
	if (g->n && g->v[g->n - 1].thread->remote->process == th->process)
		return batch_begin_beside(b, th, &g->v[g->n - 1].batch);
	return batch_begin(b, th);
}

static int add_part(struct gang *g, struct task *t, struct thread *th, enum stage first, enum stage last)
{
	int ret = begin_part(g, th->remote);
	struct part *p;

	if (ret > 0)
		ret = run_gang(g) < 0 ? -1 : begin_part(g, th->remote);
	if (ret < 0)
		return -1;
	p = &g->v[g->n];
	p->task = t;
	p->thread = th;
	p->who = model_speaker(t);
	p->first = first;
	p->last = last;
	if (rebuild_kinds(p, g->rebuild, first, last < STAGE_LAST ? last : STAGE_LAST - 1) < 0 || rebuild_kinds(p, NULL, first, last) < 0)
		return fail_part(p);
	g->n++;
	return 0;
}

static int is_alone(const struct task *t)
{
	return t->nthreads == 1 || (t->nthreads == 2 && t->threads[0].zombie);
}

/* Which threads of T have their turn in a round, and with which stages: see tasks_rebuild(). */
typedef int rebuild_round(struct gang *g, struct task *t);

static int speaker_begins(struct gang *g, struct task *t)
{
	return add_part(g, t, model_speaker(t), STAGE_FIRST, is_alone(t) ? STAGE_LAST : STAGE_LAST - 1);
}

static int others_follow(struct gang *g, struct task *t)
{
	const struct thread *who = model_speaker(t);

	for (size_t i = 0; i < t->nthreads; i++)
		if (!t->threads[i].zombie && &t->threads[i] != who && add_part(g, t, &t->threads[i], STAGE_FIRST, STAGE_LAST) < 0)
			return -1;
	return 0;
}

static int speaker_ends(struct gang *g, struct task *t)
{
	return is_alone(t) ? 0 : add_part(g, t, model_speaker(t), STAGE_LAST, STAGE_LAST);
}

/*
 * Each stop of a thread costs as much as many calls, so each does all of its stages at once. But what is set last for the whole process
 * (limits, dumpable) may hinder the other threads, or be undone by their credentials: the thread that speaks for it ends behind them.
 */
int tasks_rebuild(struct rebuild *r)
{
	static rebuild_round *const rounds[] = { speaker_begins, others_follow, speaker_ends };
	struct gang g = { .rebuild = r };

	for (size_t k = 0; k < sizeof(rounds) / sizeof(*rounds); k++) {
		for (size_t i = 0; i < r->model->ntasks; i++)
			if (r->model->tasks[i]->mm && rounds[k](&g, r->model->tasks[i]) < 0)
				return -1;
		if (run_gang(&g) < 0)
			return -1;
	}
	return 0;
}

int task_rebuild_zombie(struct rebuild *r, struct task *t)
{
	struct gang g = { .rebuild = r };

	return add_part(&g, t, &t->threads[0], STAGE_FIRST, STAGE_LAST) < 0 ? -1 : run_gang(&g);
}

int tasks_start(struct task *t)
{
	struct thread *who = model_speaker(t);
	struct batch b;

	if (batch_begin(&b, who->remote) < 0)
		return -1;
	for (int k = 0; task_kinds[k]; k++)
		if (task_kinds[k]->start && task_kinds[k]->start(&b, t, NULL, state_of_kind(t, NULL, k)) < 0)
			return fail_context("%s", task_kinds[k]->name);
	return b.ncalls ? batch_run(&b) : 0;
}
