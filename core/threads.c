/*
 * threads.c - the threads of one process, into the model: /proc/PID/task, and what is read of each of them.
 *
 * proc_pid_task(5)
 */
#include <string.h>

#include "core/proc/proc.h"
#include "core/unit.h"

/* What is read of each thread by itself, while its folder is open. */
static int read_thread(struct scan *s, struct thread *th, struct proc_stat *st)
{
	int dir, ret = task_folder(s, th->task, th, &dir);

	if (!ret)
		ret = proc_read_stat(dir, st);
	if (ret)
		return ret;
	th->zombie = st->state == 'Z' && th->tid == th->task->pid;
	return th->zombie ? 0 : task_folder_keep_status(s, th->task, th);
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

/* What only one thread of a process is asked for is kept of the first one that lives. */
static int keep_stat(struct scan *s, struct task *t, const struct proc_stat *st)
{
	struct proc_stat *kept = arena_alloc(&s->model->arena, sizeof(*kept));

	if (!kept)
		return -1;
	*kept = *st;
	t->stat = kept;
	return 0;
}

static int add_thread(struct scan *s, struct task *t, size_t *cap, pid_t tid)
{
	struct thread *th = arena_grow(&s->model->arena, t->threads, t->nthreads, cap, sizeof(*th));
	struct proc_stat st;
	int ret;

	if (!th)
		return -1;
	t->threads = th;
	th += t->nthreads;
	*th = (struct thread) { .tid = tid, .task = t, .ruid = -1, .remote = find_remote(t, tid) };
	ret = read_thread(s, th, &st);
	if (ret)
		return ret;
	if (st.flags & PROC_PF_USER_WORKER)
		return report_add(s->report, FINDING_REFUSED, "io_uring", t->pid, tid, st.comm, "close the ring first",
				  "a thread of the kernel's own works for this process");
	th->flags = st.flags;
	memcpy(th->comm, st.comm, sizeof(th->comm) - 1);
	if (!th->zombie && !t->stat && keep_stat(s, t, &st) < 0)
		return -1;
	t->nthreads++;
	return 0;
}

/* The leader stands first whatever its number: tids wrap around. */
int threads_read(struct scan *s, struct task *t, int dir)
{
	struct u64_list tids = { 0 };
	size_t cap = 0;
	int ret = proc_read_numbers(dir, "task", &s->model->arena, &tids);

	if (ret)
		return ret;
	cap = tids.n + 1;
	t->threads = arena_alloc(&s->model->arena, cap * sizeof(*t->threads));
	ret = t->threads ? add_thread(s, t, &cap, t->pid) : -1;
	for (size_t i = 0; ret == 0 && i < tids.n; i++) {
		if ((pid_t)tids.v[i] == t->pid)
			continue;
		ret = add_thread(s, t, &cap, (pid_t)tids.v[i]);
		if (ret == PROC_GONE && !s->frozen)
			ret = 0;
	}
	if (ret == 0 && t->nthreads > 1 && t->threads[0].zombie)
		t->run = "running";
	return ret;
}
