/* model_check.c - what is asked of a model that came out of an image, as a whole: references, order, ranges. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "core/sessions.h"
#include "core/unit.h"

/* A status of wait(2) that a new process can be made to end with: no core, and no signal that ends nobody. */
static int is_end(int32_t status)
{
	static const uint64_t harmless = 1ull << SIGCHLD | 1ull << SIGCONT | 1ull << SIGURG | 1ull << SIGWINCH | 1ull << SIGSTOP |
		1ull << SIGTSTP | 1ull << SIGTTIN | 1ull << SIGTTOU;
	int sig = status & 0x7f;

	if (status & ~0xffff || !sig)
		return !(status & ~0xff00);
	return sig <= 64 && status == sig && (sig == 64 || !(harmless >> sig & 1));
}

static int check_end(const struct task *t)
{
	int zombie = !t->mm || t->threads[0].zombie;

	if (zombie ? is_end(t->exit_code) && (!t->mm || !(t->exit_code & 0x7f)) : !t->exit_code)
		return 0;
	return fail_image("process %d: it cannot end with %#x", t->pid, (unsigned)t->exit_code);
}

static int check_task(const struct model *m, const struct task *t)
{
	int zombie = !strcmp(t->run, "zombie");

	if (!zombie && strcmp(t->run, "running") && strcmp(t->run, "stopped") && (!t->parent || strcmp(t->run, "continued")))
		return fail_image("process %d: '%s' is not a state", t->pid, t->run);
	if (t->pgid < 0 || t->sid < 0)
		return fail_image("process %d: a group or session out of range", t->pid);
	if (t->exit_signal < 0 || t->exit_signal > 64)
		return fail_image("process %d: there is no exit signal %d", t->pid, t->exit_signal);
	if (!t->nthreads || t->threads[0].tid != t->pid)
		return fail_image("process %d: its first thread is not the leader", t->pid);
	if (zombie != !t->mm || (zombie && (t->nfds || t->nthreads != 1)))
		return fail_image("process %d: a zombie has no memory and no files, all others do", t->pid);
	if (zombie ? !t->threads[0].zombie : t->threads[0].zombie && t->nthreads == 1)
		return fail_image("process %d: its only thread has ended, or has not", t->pid);
	for (size_t i = 0; i < t->nthreads; i++) {
		if (t->threads[i].tid <= 0 || (i > 1 && t->threads[i].tid <= t->threads[i - 1].tid))
			return fail_image("process %d: its threads are not in order", t->pid);
		if (i && t->threads[i].zombie)
			return fail_image("process %d: only a leader may have exited before its threads", t->pid);
	}
	for (size_t i = 0; i < t->nfds; i++) {
		if (t->fds[i].fd >= 1 << 20 || (i && t->fds[i].fd <= t->fds[i - 1].fd) || t->fds[i].file >= m->nfiles)
			return fail_image("process %d: its descriptors are not in order, or name no file", t->pid);
		if (!m->files[t->fds[i].file]->pid) {	/* for messages */
			m->files[t->fds[i].file]->pid = t->pid;
			m->files[t->fds[i].file]->fd = (int)t->fds[i].fd;
		}
	}
	if (t->mm && (t->mm->exe < 0 || (uint64_t)t->mm->exe >= m->nmapped))
		return fail_image("process %d: its executable is not among the mapped files", t->pid);
	return check_end(t);
}

static int by_value(const void *a, const void *b)
{
	pid_t x = *(const pid_t *)a, y = *(const pid_t *)b;

	return (x > y) - (x < y);
}

/* A tid is a pid too: no number may stand for two things. */
static int check_ids(struct model *m)
{
	static const pid_t limit = 1 << 22;	/* PID_MAX_LIMIT */
	size_t n = 0, at = 0;
	pid_t *ids;

	for (size_t i = 0; i < m->ntasks; i++)
		n += m->tasks[i]->nthreads;
	ids = arena_alloc(&m->arena, n * sizeof(*ids));
	if (!ids)
		return -1;
	for (size_t i = 0; i < m->ntasks; i++)
		for (size_t j = 0; j < m->tasks[i]->nthreads; j++)
			ids[at++] = m->tasks[i]->threads[j].tid;
	qsort(ids, n, sizeof(*ids), by_value);
	for (size_t i = 0; i < n; i++)
		if (ids[i] <= 0 || ids[i] >= limit || (i && ids[i] == ids[i - 1]))
			return fail_image("thread id %d is out of range, or stands in the image twice", ids[i]);
	return 0;
}

/* No walk over a tree goes deeper. */
#define DEPTH_MAX 1000

static int link_children(struct model *m)
{
	for (size_t i = m->ntasks; i-- > 1;) {
		struct task *t = m->tasks[i];
		int depth = 0;

		for (const struct task *above = t; above; above = above->parent)
			if (++depth > DEPTH_MAX)
				return fail_image("process %d has more than %d processes above it", t->pid, DEPTH_MAX);
		t->sibling = t->parent->child;
		t->parent->child = t;
	}
	return 0;
}

static int bad_session(void *ctx, const struct task *t, pid_t id, const char *why)
{
	(void)ctx;
	return fail_image("process %d: session %d, group %d: %s (%d)", t->pid, t->sid, t->pgid, why, id);
}

int model_check_whole(struct model *m)
{
	if (!m->header.format || !m->ntasks)
		return fail_image("the image holds no process");
	for (size_t i = 0; i < m->ntasks; i++) {
		if (!!m->tasks[i]->parent != !!i)
			return fail_image("the image must have one root, and it must come first");
		if (check_task(m, m->tasks[i]) < 0)
			return -1;
	}
	if (m->header.root != m->tasks[0]->pid)
		return fail_image("the header names another root than the first process");
	return check_ids(m) < 0 || link_children(m) < 0 ? -1 : sessions_check(m, bad_session, NULL);
}
