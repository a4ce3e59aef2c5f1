/*
 * threads.c - the threads of one process, into the model: /proc/PID/task, and what is read of each of them.
 *
 * proc_pid_task(5)
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/io.h"
#include "core/base/thread.h"
#include "core/proc/proc.h"
#include "core/unit.h"

#define WINDOW 128			/* threads that are read before the model takes them */
#define TEXTS_MAX (1 << 20)		/* bytes of status that are kept; what was not is read when it is asked for, */
#define TEXT_MAX 1800			/* as that of a machine with hundreds of CPUs and nodes */

/* What is read of each thread by itself. */
struct reading {
	pid_t tid;
	int ret;			/* an enum proc_result */
	struct proc_stat stat;
	char status[TEXT_MAX];		/* "": not kept */
};

/* Of one process. */
struct window {
	pid_t pid;
	int keep;			/* there is room for texts of status */
	struct reading *v;
};

/* A leader that has exited, of process PID. */
static int is_zombie(const struct reading *r, pid_t pid)
{
	return r->stat.state == 'Z' && r->tid == pid;
}

/* DIR: its folder; its stat is ST, or has to be read, too. */
static int read_below(const struct window *w, struct reading *r, int dir, const struct proc_stat *st)
{
	cleanup_buf struct buf text = { 0 };
	int ret = 0;

	*r->status = '\0';
	if (st)
		r->stat = *st;
	else
		ret = proc_read_stat(dir, &r->stat);
	if (ret || !w->keep || is_zombie(r, w->pid))
		return ret;
	ret = proc_read_record(dir, "status", &text);
	if (!ret && text.len && text.len < TEXT_MAX)
		memcpy(r->status, text.p, text.len + 1);
	return ret;
}

/* By one of two threads of ours, see thread_share(). */
static int read_one(void *ctx, size_t i)
{
	struct window *w = ctx;
	struct reading *r = &w->v[i];
	cleanup_fd int dir = -1;

	r->ret = proc_open_thread(w->pid, r->tid, &dir);
	if (!r->ret)
		r->ret = read_below(w, r, dir, NULL);
	return r->ret;
}

/* Both lists are in the same order, if not quite the same: no look at all of them for each. */
static struct remote_thread *find_remote(const struct task *t, pid_t tid)
{
	size_t n = t->remote ? t->remote->nthreads : 0;

	for (size_t i = 0; i < n; i++) {
		struct remote_thread *r = &t->remote->threads[(t->nthreads + i) % n];

		if (r->tid == tid)
			return r;
	}
	return NULL;
}

static int add_thread(struct scan *s, struct task *t, size_t *cap, struct reading *r)
{
	struct thread *th = arena_grow(&s->model->arena, &t->threads, t->nthreads, cap, sizeof(*th));

	if (!th)
		return -1;
	*th = (struct thread) { .tid = r->tid, .task = t, .ruid = -1, .remote = find_remote(t, r->tid) };
	if (*r->status && !(th->status_text = arena_strdup(&s->texts, r->status)))
		return -1;
	if (r->stat.flags & PROC_PF_USER_WORKER)
		return report_add(s->report, FINDING_REFUSED, "io_uring", t->pid, r->tid, r->stat.comm, "close the ring first",
				  "a thread of the kernel's own works for this process");
	th->zombie = is_zombie(r, t->pid);
	th->flags = r->stat.flags;
	memcpy(th->comm, r->stat.comm, sizeof(th->comm) - 1);
	/* What only one thread of a process is asked for is kept of the first one that lives. */
	if (!th->zombie && !t->stat && !(t->stat = arena_copy(&s->model->arena, &r->stat, sizeof(r->stat))))
		return -1;
	t->nthreads++;
	return 0;
}

/*
 * The folder of the leader stays open: most processes have no other thread, and then its stat is ST, that of the process. Where there are
 * OTHERS, that tells by which signal all are stopped instead of how the leader has ended: see do_task_stat() in fs/proc/array.c.
 */
static int add_leader(struct scan *s, struct task *t, size_t *cap, const struct window *w, const struct proc_stat *st, int others)
{
	const struct thread leader = { .tid = t->pid };
	struct reading r = { .tid = t->pid };
	int dir, ret = task_folder(s, t, &leader, &dir);

	if (!ret)
		ret = read_below(w, &r, dir, others ? NULL : st);
	if (!ret && others && is_zombie(&r, t->pid))
		t->exit_code = r.stat.exit_code;
	return ret ? ret : add_thread(s, t, cap, &r);
}

static int add_window(struct scan *s, struct task *t, size_t *cap, struct window *w, size_t n)
{
	int ret = thread_share(read_one, w, n);

	for (size_t i = 0; !ret && i < n; i++) {
		ret = w->v[i].ret ? w->v[i].ret : add_thread(s, t, cap, &w->v[i]);
		if (ret == PROC_GONE && !scan_is_frozen(s))
			ret = 0;
	}
	return ret;
}

static int add_others(struct scan *s, struct task *t, size_t *cap, const struct u64_list *tids)
{
	size_t n = 0, max = tids->n < WINDOW ? tids->n : WINDOW;
	struct window w = { .pid = t->pid, .v = malloc(max * sizeof(*w.v)) };
	int ret = w.v ? 0 : fail("memory for the threads of %d", t->pid);

	for (size_t i = 0; ret == 0 && i < tids->n; i++) {
		if ((pid_t)tids->v[i] != t->pid)
			w.v[n++].tid = (pid_t)tids->v[i];
		if (n < max && i + 1 < tids->n)
			continue;
		w.keep = s->texts.used < TEXTS_MAX;
		ret = add_window(s, t, cap, &w, n);
		n = 0;
	}
	free(w.v);
	return ret;
}

/* Of a process whose leader has exited the others tell. */
static int is_stopped(const struct task *t, const struct thread *th)
{
	return th && th->remote ? th->remote->group_stopped : t->stat && t->stat->state == 'T';
}

/* The leader stands first whatever its number: tids wrap around. */
int threads_read(struct scan *s, struct task *t, int dir, const struct proc_stat *st)
{
	const struct window w = { .pid = t->pid, .keep = s->texts.used < TEXTS_MAX };
	struct u64_list tids = { 0 };
	size_t cap = 0;
	int one = scan_is_frozen(s) && st->num_threads == 1;		/* which is the leader */
	int ret = one ? 0 : proc_read_numbers(dir, "task", &s->model->arena, &tids);

	if (ret)
		return ret;
	cap = tids.n + 1;
	t->threads = arena_alloc(&s->model->arena, cap * sizeof(*t->threads));
	ret = t->threads ? add_leader(s, t, &cap, &w, st, tids.n > 1) : -1;
	if (ret == 0 && tids.n > 1)
		ret = add_others(s, t, &cap, &tids);
	if (ret == 0 && t->nthreads > 1 && t->threads[0].zombie)
		t->run = is_stopped(t, model_speaker(t)) ? "stopped" : "running";
	return ret;
}
