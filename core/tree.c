/* tree.c - seizes a whole process tree, from the root down. See tree.h, ptrace(2). */
#include "core/base/io.h"
#include "core/children.h"
#include "core/tree.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/proc/proc.h"

#define AT_ONCE 8			/* processes that run at a time */

int tree_add(struct tree *t, struct remote_process *p)
{
	if (t->n == t->cap) {
		size_t cap = t->cap ? 2 * t->cap : 16;
		struct remote_process **v = realloc(t->v, cap * sizeof(*v));

		if (!v)
			return fail("list of processes");
		t->v = v;
		t->cap = cap;
	}
	t->v[t->n++] = p;
	return 0;
}

struct remote_process *tree_find(void *tree, pid_t pid)
{
	struct tree *t = tree;

	for (size_t i = 0; i < t->n; i++)
		if (t->v[i]->pid == pid)
			return t->v[i];
	return NULL;
}

/* Or gone. -1 recorded. */
static int is_zombie(pid_t pid)
{
	struct proc_stat st;
	int r = proc_stat_of(pid, &st);

	return r ? r : st.state == 'Z' && st.num_threads <= 1;
}

static int seize_one(struct tree *t, pid_t pid)
{
	struct remote_process *p;
	int ended = tree_find(t, pid) ? 1 : is_zombie(pid);

	if (ended)
		return ended < 0 ? -1 : 0;
	p = remote_seize(pid);
	if (!p) {
		if (is_zombie(pid) <= 0)
			return -1;
		err_clear();			/* it ended while we reached for it */
		return 0;
	}
	if (tree_add(t, p) < 0) {
		remote_release(p);
		return -1;
	}
	return 1;
}

/* A seized process makes no more children, so one look at it is enough. Grandchildren that it inherits as a subreaper come later. */
static int seize_children(struct tree *t, struct remote_process *p)
{
	struct child_list kids = { 0 };
	cleanup_fd int dir = -1;
	int found = proc_open(p->pid, &dir);

	if (found)
		return found < 0 ? -1 : 0;
	for (size_t i = 0; i < p->nthreads; i++)
		if (children_add(&kids, &t->arena, dir, p->threads[i].tid) < 0)
			return -1;
	p->children = kids.list;
	for (size_t i = 0; i < kids.list.n; i++) {
		int ret = seize_one(t, CHILD_PID(kids.list.v[i]));

		if (ret < 0)
			return -1;
		found |= ret;
	}
	return found;
}

/*
 * Again from the start until nothing new shows up. Who had no children when it stood has no descendants who could leave it theirs, or make it a
 * sibling of themselves (CLONE_PARENT).
 */
static int seize_below(struct tree *t)
{
	size_t listed = 0;
	int found;

	do {
		found = 0;
		for (size_t i = 0; i < t->n; i++) {
			int ret = i < listed && !t->v[i]->children.n ? 0 : seize_children(t, t->v[i]);

			if (ret < 0)
				return -1;
			found |= ret;
		}
		listed = t->n;
	} while (found);
	return 0;
}

int tree_seize(struct tree *t, pid_t root)
{
	int ret = seize_one(t, root);

	if (!ret)
		ret = fail_refused(kill(root, 0) && errno == ESRCH ? "there is no process %d" : "process %d has no memory: it is ending", root);
	if (ret > 0)
		ret = seize_below(t);
	if (ret < 0)
		tree_release(t);
	return ret;
}

/* The next ones are sent off while those before run a call. What was begun is ended, whatever becomes of the others. */
static int in_turn(struct tree *t, int (*begin)(struct remote_process *p), int (*end)(struct remote_process *p))
{
	size_t begun = 0, ended = 0;
	int ret = 0;

	while (ended < begun || (!ret && begun < t->n)) {
		int more = !ret && begun < t->n && begun - ended < AT_ONCE;
		struct remote_process *p = t->v[more ? begun++ : ended++];

		if ((more ? begin(p) : end(p)) < 0)
			ret = fail_context("process %d", p->pid);
	}
	return ret;
}

int tree_open(struct tree *t)
{
	return in_turn(t, remote_open_begin, remote_open_end);
}

int tree_close(struct tree *t)
{
	return in_turn(t, remote_close_begin, remote_close_end);
}

static void empty(struct tree *t, void (*end)(struct remote_process *))
{
	for (size_t i = t->n; i-- > 0;)
		end(t->v[i]);
	free(t->v);
	arena_free(&t->arena);
	*t = (struct tree) { 0 };
}

void tree_release(struct tree *t)
{
	empty(t, remote_release);
}

void tree_release_stopped(struct tree *t)
{
	empty(t, remote_release_stopped);
}

void tree_kill_begin(const struct tree *t)
{
	for (size_t i = 0; i < t->n; i++)
		kill(t->v[i]->pid, SIGKILL);
}

void tree_kill(struct tree *t)
{
	tree_kill_begin(t);
	empty(t, remote_kill);
}
