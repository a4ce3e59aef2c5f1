/*
 * restore_tree.c - processes and threads, with their memory, sessions and groups.
 *
 * Every process is made by its own parent. A child that shares pages copy-on-write with its parent is forked when the parent's memory is
 * complete; every other child at once, while there is next to nothing to copy. A child that is not of its parent's session was born
 * before the parent's setsid(2), and is made before it again.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/base/io.h"
#include "core/mem/mem.h"
#include "core/restore.h"
#include "core/sessions.h"

static size_t index_of(const struct model *m, const struct task *t)
{
	for (size_t i = 0; i < m->ntasks; i++)
		if (m->tasks[i] == t)
			return i;
	return 0;
}

/* T has been made as P. */
static int take_in(struct restore *r, struct task *t, struct remote_process *p)
{
	if (tree_add(&r->tree, p) < 0) {
		remote_kill(p);
		return -1;
	}
	t->remote = p;
	return 0;
}

static int make_root(struct restore *r, struct task *t)
{
	struct remote_process *p = remote_spawn(t->pid, t->exit_signal, r->options->sibling, r->scratch, REMOTE_SLOT_SIZE * r->model.ntasks);

	if (!p || take_in(r, t, p) < 0)
		return fail_context("process %d", t->pid);
	return t->child ? mem_empty(t) : 0;
}

enum generation {
	BEFORE_SETSID, AFTER_SETSID,	/* of the parent, which has no memory yet */
	HEIRS,				/* all that are left: the parent has its memory */
};

static int is_of(const struct task *parent, const struct task *child, enum generation generation)
{
	if (child->remote)
		return 0;
	return generation == HEIRS || (!mem_inherits(child) && session_is_younger(parent, child) == (generation == BEFORE_SETSID));
}

/* The children of one generation. */
struct brood {
	struct task **tasks;
	struct remote_birth *births;
	size_t n;
};

static int gather(const struct restore *r, const struct task *t, enum generation generation, struct brood *out)
{
	size_t n = 0;

	out->n = 0;
	for (const struct task *child = t->child; child; child = child->sibling)
		n += is_of(t, child, generation);
	out->tasks = calloc(n + 1, sizeof(*out->tasks));
	out->births = calloc(n + 1, sizeof(*out->births));
	if (!out->tasks || !out->births)
		return fail("children of process %d", t->pid);
	for (struct task *child = t->child; child; child = child->sibling) {
		if (!is_of(t, child, generation))
			continue;
		out->births[out->n] = (struct remote_birth){ child->pid, child->exit_signal, index_of(&r->model, child) * REMOTE_SLOT_SIZE,
							     REMOTE_SLOT_SIZE, NULL };
		out->tasks[out->n++] = child;
	}
	return 0;
}

/* All in one stop of T. Also where that fails, those that were made come into the tree, and go with it. */
static int bear(struct restore *r, struct task *t, const struct brood *brood)
{
	int ret = brood->n ? remote_fork(t->remote, brood->births, brood->n) : 0;

	for (size_t i = 0; i < brood->n; i++)
		if (brood->births[i].process && take_in(r, brood->tasks[i], brood->births[i].process) < 0)
			ret = -1;
	return ret < 0 ? fail_context("children of process %d", t->pid) : 0;
}

static int grow(struct restore *r, struct task *t);

static int make_children(struct restore *r, struct task *t, enum generation generation)
{
	struct brood brood;
	int ret;

	if (!t->child)
		return 0;
	ret = gather(r, t, generation, &brood) < 0 ? -1 : bear(r, t, &brood);
	for (size_t i = 0; !ret && i < brood.n; i++)
		ret = grow(r, brood.tasks[i]);
	free(brood.tasks);
	free(brood.births);
	return ret;
}

/* T, which is there, gets its children and its session. */
static int grow(struct restore *r, struct task *t)
{
	long sid;

	if (make_children(r, t, BEFORE_SETSID) < 0)
		return -1;
	if (t->sid == t->pid) {
		if (remote_syscall(&t->remote->threads[0], &sid, SYS_setsid, 0, 0, 0, 0, 0, 0) < 0)
			return -1;
		if (sid < 0) {
			errno = (int)-sid;
			return fail("setsid in process %d", t->pid);
		}
	}
	return make_children(r, t, AFTER_SETSID);
}

/* ---- memory ---- */

static int load_pages(struct restore *r, struct task *t)
{
	int ret;

	while ((ret = restore_next(r)) > 0) {
		struct task *of = mem_chunk_task(&r->model, r->member.name);

		if (!of)
			return -1;
		if (of != t) {
			r->have_member = 1;
			break;
		}
		if (mem_load_chunk(t, r->member.data, r->member.len) < 0)
			return -1;
		r->loaded += r->member.len;
		progress_show(&r->progress, r->loaded);
	}
	return ret < 0 ? -1 : mem_load_end(t);
}

static int make_memory(struct restore *r, struct task *t)
{
	cleanup_fd int dir = -1;

	if (mem_rebuild_layout(&r->rebuild, t, mem_inherits(t)) == 0 && load_pages(r, t) == 0)
		return 0;
	if (proc_open(t->pid, &dir) || !proc_lives(dir))
		return fail_plain("process %d was killed while its memory was made, maybe because there is too little", t->pid);
	return fail_context("memory of process %d", t->pid);
}

/* ---- threads ---- */

static int make_threads(struct task *t)
{
	pid_t *tids = calloc(t->nthreads, sizeof(*tids));
	int ret = tids ? 0 : fail("threads of %d", t->pid);

	for (size_t i = 1; !ret && i < t->nthreads; i++)
		tids[i - 1] = t->threads[i].tid;
	if (!ret && t->nthreads > 1)
		ret = remote_clone_threads(t->remote, tids, t->nthreads - 1);
	free(tids);
	if (ret < 0)
		return fail_context("process %d", t->pid);
	for (size_t i = 0; i < t->nthreads; i++)
		for (size_t j = 0; j < t->remote->nthreads; j++)
			if (t->remote->threads[j].tid == t->threads[i].tid)
				t->threads[i].remote = &t->remote->threads[j];
	return 0;
}

/* ---- zombies ---- */

/* It ends as it did: by exit, or by its signal. Its parent's SIGCHLD is taken away again in signal.c. */
static int end_zombie(struct restore *r, struct task *t)
{
	struct remote_process *p = t->remote;
	int ret;

	t->threads[0].remote = &p->threads[0];
	if (task_rebuild_zombie(&r->rebuild, t) < 0)
		return -1;
	t->threads[0].remote = NULL;
	for (size_t i = 0; i < r->tree.n; i++)
		if (r->tree.v[i] == p) {
			memmove(&r->tree.v[i], &r->tree.v[i + 1], (r->tree.n - i - 1) * sizeof(*r->tree.v));
			r->tree.n--;
			break;
		}
	t->remote = NULL;
	ret = remote_end(p, t->exit_code);
	return ret < 0 ? fail_context("zombie %d", t->pid) : 0;
}

int restore_make(struct restore *r)
{
	struct model *m = &r->model;

	if (make_root(r, m->tasks[0]) < 0 || grow(r, m->tasks[0]) < 0)
		return -1;
	for (size_t i = 0; i < m->ntasks; i++) {
		struct task *t = m->tasks[i];

		if (t->mm && (make_memory(r, t) < 0 || make_children(r, t, HEIRS) < 0))
			return -1;
	}
	if (restore_next(r) != 0)
		return r->ended ? 0 : fail_image("%s: content after all that the image describes", r->member.name);
	for (size_t i = 0; i < m->ntasks; i++)
		if ((!strcmp(m->tasks[i]->run, "continued") && remote_continue_newborn(m->tasks[i]->remote) < 0) ||
		    (m->tasks[i]->mm && make_threads(m->tasks[i]) < 0))
			return -1;
	return 0;
}

/* ---- stops ---- */

#define BIT(sig) (1ull << ((sig) - 1))

/* What came with the stop: nothing, when the parent does not want to hear, or when a SIGCHLD waited already. */
static int hears_of_stop(struct remote_thread *parent, int *hears)
{
	struct { uint64_t handler, flags, restorer, mask; } *action;
	uint64_t action_at, pending_at, *pending;
	struct batch b;

	if (batch_begin(&b, parent) < 0 || !(action = batch_space(&b, sizeof(*action), &action_at)) ||
	    !(pending = batch_space(&b, sizeof(*pending), &pending_at)))
		return -1;
	batch_call(&b, "rt_sigaction", SYS_rt_sigaction, SIGCHLD, 0, action_at, 8, 0, 0);
	batch_call(&b, "rt_sigpending", SYS_rt_sigpending, pending_at, 8, 0, 0, 0, 0);
	if (batch_run(&b) < 0)
		return -1;
	*hears = action->handler != (uint64_t)(uintptr_t)SIG_IGN && !(action->flags & SA_NOCLDSTOP) && !(*pending & BIT(SIGCHLD));
	return 0;
}

int restore_stop(struct task *t)
{
	struct remote_thread *parent = t->parent ? model_speaker(t->parent)->remote : NULL;
	const struct timespec patience = { 1, 0 };
	const uint64_t set = BIT(SIGCHLD);
	uint64_t set_at, patience_at;
	struct batch b;
	int hears;

	if (!parent)
		return remote_stop_newborn(t->remote);
	if (hears_of_stop(parent, &hears) < 0 || remote_stop_newborn(t->remote) < 0 || batch_begin(&b, parent) < 0)
		return -1;
	set_at = batch_put(&b, &set, sizeof(set));
	patience_at = batch_put(&b, &patience, sizeof(patience));
	if (!set_at || !patience_at)
		return -1;
	if (t->stop_reported)
		batch_call(&b, "waitid", SYS_waitid, P_PID, (uint64_t)t->pid, 0, WSTOPPED | WNOHANG | __WALL, 0, 0);
	if (hears)
		batch_call(&b, NULL, SYS_rt_sigtimedwait, set_at, 0, patience_at, 8, 0, 0);
	return batch_run(&b);
}

/* ---- process groups ---- */

static int set_group(struct task *t, pid_t pgid)
{
	long ret;

	if (getpgid(t->pid) == pgid)		/* born into it */
		return 0;
	if (remote_syscall(&t->remote->threads[0], &ret, SYS_setpgid, 0, (uint64_t)pgid, 0, 0, 0, 0) < 0)
		return -1;
	if (ret < 0) {
		errno = (int)-ret;
		return fail("put process %d into group %d", t->pid, pgid);
	}
	return 0;
}

/* Reaped inside its parent, so that the parent never hears of it. */
static int end_helper(struct task *parent, struct remote_process *helper)
{
	pid_t pid = helper->pid;
	long ret;

	if (remote_end(helper, 0) < 0)
		return -1;
	if (remote_syscall(&parent->remote->threads[0], &ret, SYS_wait4, (uint64_t)pid, 0, __WALL | WNOHANG, 0, 0, 0) < 0)
		return -1;
	return ret == pid ? 0 : fail_plain("the helper %d of group %d could not be reaped", pid, pid);
}

/* A group whose leader has ended: a helper with the leader's number opens it, the members join, the helper ends. */
static int make_leaderless(struct restore *r, struct task *first)
{
	pid_t pgid = first->pgid;
	struct remote_birth birth = { pgid, 0, index_of(&r->model, first) * REMOTE_SLOT_SIZE + REMOTE_SLOT_SIZE / 2, REMOTE_SLOT_SIZE / 2, NULL };
	struct task leader = { .pid = pgid };
	int ret = remote_fork(first->remote, &birth, 1);

	leader.remote = birth.process;
	if (ret < 0 || set_group(&leader, pgid) < 0) {
		if (birth.process)
			remote_kill(birth.process);
		return fail_context("leader of group %d", pgid);
	}
	for (size_t i = 0; i < r->model.ntasks; i++)
		if (r->model.tasks[i]->remote && r->model.tasks[i]->pgid == pgid && set_group(r->model.tasks[i], pgid) < 0) {
			remote_kill(birth.process);
			return -1;
		}
	return end_helper(first, birth.process);
}

static int is_seen(const struct model *m, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (m->tasks[j]->pgid == m->tasks[i]->pgid)
			return 1;
	return 0;
}

/* Leaders open their groups, the others join; then those leaders go that have left their own. */
static int make_groups(struct model *m, struct restore *r)
{
	for (size_t i = 0; i < m->ntasks; i++) {
		struct task *t = m->tasks[i];

		if ((t->pgid == t->pid || t->leads_group) && t->sid != t->pid && set_group(t, t->pid) < 0)
			return -1;
	}
	for (size_t i = 0; i < m->ntasks; i++) {
		struct task *t = m->tasks[i];

		if (!t->pgid || t->pgid == t->pid || t->leads_group)
			continue;
		if (model_task(m, t->pgid) ? set_group(t, t->pgid) < 0 : !is_seen(m, i) && make_leaderless(r, t) < 0)
			return -1;
	}
	for (size_t i = 0; i < m->ntasks; i++)
		if (task_moves(m->tasks[i]) && set_group(m->tasks[i], m->tasks[i]->pgid ? m->tasks[i]->pgid : getpgrp()) < 0)
			return -1;
	return 0;
}

int restore_groups(struct restore *r)
{
	struct model *m = &r->model;

	if (make_groups(m, r) < 0)
		return -1;
	for (size_t i = 0; i < m->ntasks; i++)
		if (!m->tasks[i]->mm && end_zombie(r, m->tasks[i]) < 0)
			return -1;
	return 0;
}
