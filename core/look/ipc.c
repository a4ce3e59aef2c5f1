/*
 * ipc.c - System V objects of the tree: see ipc.h.
 *
 * /proc/sysvipc shows the namespace of who reads it, so that of another one is read by a child of ours which has gone there. setns(2)
 */
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/io.h"
#include "core/look/ipc.h"

/* Where that cannot be told: 0. */
static int ns_of(pid_t pid, pid_t tid, char out[PROC_NS_MAX])
{
	cleanup_fd int dir = -1;
	int r = proc_open_thread(pid, tid, &dir);

	if (!r)
		r = proc_read_ns(dir, "ns/ipc", out);
	if (r)
		err_clear();
	return !r;
}

static void child(int ns, const char *path, int out)
{
	cleanup_buf struct buf text = { 0 };

	if (setns(ns, CLONE_NEWIPC) || io_read_file(AT_FDCWD, path, &text) || (text.len && io_write_all(out, text.p, text.len)))
		_exit(1);
	_exit(0);
}

/* The text as that namespace has it; an empty one when we may not go there. -1. */
static int read_there(const struct task *t, const char *name, struct buf *out)
{
	char path[64];
	int ends[2], ret;
	pid_t pid;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/ns/ipc", t->pid, model_speaker(t)->tid);
	cleanup_fd int ns = open(path, O_RDONLY | O_CLOEXEC);

	if (ns < 0)
		return 0;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return fail("pipe");
	pid = io_fork();
	snprintf(path, sizeof(path), "/proc/sysvipc/%s", name);
	if (!pid)
		child(ns, path, ends[1]);
	close(ends[1]);
	ret = pid < 0 ? fail("fork") : io_read_all(ends[0], out, 0);
	close(ends[0]);
	if (pid > 0)
		waitpid(pid, NULL, 0);
	return ret;
}

static int look_there(struct scan *s, const struct task *t, const char *name, ipc_fn *own)
{
	cleanup_buf struct buf text = { 0 };
	struct proc_ipc_objects objects = { 0 };

	if (read_there(t, name, &text) < 0)
		return -1;
	if (text.len && proc_sysvipc_parse(&s->model->arena, text.p, &objects) < 0)
		return -1;
	for (size_t i = 0; i < objects.n; i++)
		if (own(s, t, &objects.v[i]) < 0)
			return -1;
	return 0;
}

/* Is T the first task of its namespace, and that not ours? */
static int is_first_elsewhere(const struct scan *s, size_t at, const char *ours)
{
	const struct thread *th = model_speaker(s->model->tasks[at]);
	char ns[PROC_NS_MAX], other[PROC_NS_MAX];

	if (!th || !ns_of(s->model->tasks[at]->pid, th->tid, ns) || !strcmp(ns, ours))
		return 0;
	while (at-- > 0) {
		th = model_speaker(s->model->tasks[at]);
		if (th && ns_of(s->model->tasks[at]->pid, th->tid, other) && !strcmp(ns, other))
			return 0;
	}
	return 1;
}

struct waiter {
	const struct task *task;
	int64_t object;
};

struct waiters {
	struct waiter *v;
	size_t n, cap;
};

static int is_one_of(const long *nrs, int64_t nr)
{
	while (*nrs && *nrs != nr)
		nrs++;
	return *nrs != 0;
}

static int look_at_call(struct scan *s, const struct thread *th, const long *waits, struct waiters *w)
{
	cleanup_fd int task = -1;
	struct proc_syscall call;

	if (proc_open_thread(th->task->pid, th->tid, &task) || proc_read_syscall(task, &call)) {
		err_clear();		/* ended, or we may not know: the last user may still tell */
		return 0;
	}
	if (call.running || !is_one_of(waits, call.nr))
		return 0;
	if (!arena_grow(&s->model->arena, &w->v, w->n, &w->cap, sizeof(*w->v)))
		return -1;
	w->v[w->n++] = (struct waiter) { th->task, (int64_t)call.args[0] };
	return 0;
}

static int find_waiters(struct scan *s, const long *waits, struct waiters *w)
{
	for (size_t i = 0; i < s->model->ntasks; i++) {
		const struct task *t = s->model->tasks[i];

		for (size_t j = 0; j < t->nthreads; j++)
			if (look_at_call(s, &t->threads[j], waits, w) < 0)
				return -1;
	}
	return 0;
}

static int look_here(struct scan *s, const char *name, const long *waits, ipc_fn *shared)
{
	struct proc_ipc_objects objects;
	struct waiters w = { 0 };

	if (proc_read_sysvipc(name, &s->model->arena, &objects) == PROC_ERROR)
		return -1;
	if (objects.n && *waits && find_waiters(s, waits, &w) < 0)
		return -1;
	for (size_t i = 0; i < objects.n; i++) {
		const struct task *waiter = NULL;

		for (size_t j = 0; j < w.n && !waiter; j++)
			waiter = w.v[j].object == objects.v[i].id ? w.v[j].task : NULL;
		if (shared(s, waiter, &objects.v[i]) < 0)
			return -1;
	}
	return 0;
}

int ipc_each(struct scan *s, const char *name, const long *waits, ipc_fn *shared, ipc_fn *own)
{
	char ours[PROC_NS_MAX];
	int elsewhere = 0;

	if (look_here(s, name, waits, shared) < 0)
		return -1;
	/* Whom we make is in ours. */
	if (s->one_ipc || scan_is_newborn(s) || !ns_of(getpid(), getpid(), ours))
		return 0;
	for (size_t i = 0; i < s->model->ntasks; i++) {
		int first = is_first_elsewhere(s, i, ours);

		if (first && look_there(s, s->model->tasks[i], name, own) < 0)
			return -1;
		elsewhere |= first;
	}
	s->one_ipc = !elsewhere;
	return 0;
}

int ipc_note(struct scan *s, const struct task *t, const char *id, const char *object, int64_t number, const char *what)
{
	return report_add(s->report, FINDING_NOTE, id, t->pid, 0, report_object(s->report, object, number), "restore it while the machine still has it",
			  "%s: it has to be there at the restore, with the same number and contents", what);
}
