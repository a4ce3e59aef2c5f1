/*
 * sessions.c - can a restore make the sessions and process groups of a tree?
 *
 * A session is joined by birth alone, and left by setsid(2) alone. So what counts is in which session each process would be born, from
 * its parent as it is now: one that was adopted may come from elsewhere. Groups are free within a session: setpgid(2), credentials(7).
 */
#include "core/sessions.h"

#include <stdlib.h>

#include "core/base/err.h"

int session_is_younger(const struct task *parent, const struct task *child)
{
	return parent->sid == parent->pid && child->sid != parent->sid && child->sid != child->pid;
}

static int by_pid(const void *a, const void *b)
{
	const struct task *x = *(struct task *const *)a, *y = *(struct task *const *)b;

	return (x->pid > y->pid) - (x->pid < y->pid);
}

struct groups {
	struct task **tasks;		/* by pid */
	size_t n;
	session_refuse *refuse;
	void *ctx;
};

static struct task *leader_of(const struct groups *g, const struct task *t)
{
	const struct task key = { .pid = t->pgid }, *at = &key;
	struct task **found = t->pgid ? bsearch(&at, g->tasks, g->n, sizeof(*g->tasks), by_pid) : NULL;

	return found ? *found : NULL;
}

/* Its leader stands in the model, or it is the one that everything outside becomes. */
static int check_session(const struct groups *g, struct task *t)
{
	const struct task *p = t->parent;

	t->born_sid = !p ? 0 : p->sid != p->pid || session_is_younger(p, t) ? p->born_sid : p->pid;
	if (t->sid == t->pid || t->sid == t->born_sid)
		return 0;
	return g->refuse(g->ctx, t, t->sid, "a child of its parent cannot be born into its session");
}

static int check_group(const struct groups *g, struct task *t)
{
	struct task *leader = leader_of(g, t);

	if (t->pgid == t->pid)
		return 0;
	if (t->sid == t->pid || (leader ? leader->sid != t->sid : !t->pgid && t->sid))
		return g->refuse(g->ctx, t, t->pgid, "its process group is of another session");
	if (leader)
		leader->leads_group = 1;
	return 0;
}

/* A leader that has gone over to another group needs one there that stays: groups without anybody vanish. */
static int check_movers(const struct groups *g)
{
	for (size_t i = 0; i < g->n; i++) {
		struct task *leader = task_moves(g->tasks[i]) ? NULL : leader_of(g, g->tasks[i]);

		if (leader)
			leader->group_stands = 1;
	}
	for (size_t i = 0; i < g->n; i++) {
		const struct task *t = g->tasks[i], *leader = leader_of(g, t);

		if (task_moves(t) && t->pgid && !(leader && leader->group_stands) &&
		    g->refuse(g->ctx, t, t->pgid, "only leaders of other groups are in its process group") < 0)
			return -1;
	}
	return 0;
}

int sessions_check(struct model *m, session_refuse *refuse, void *ctx)
{
	struct groups g = { arena_alloc(&m->arena, (m->ntasks + 1) * sizeof(*g.tasks)), m->ntasks, refuse, ctx };
	int ret = 0;

	if (!g.tasks)
		return -1;
	for (size_t i = 0; i < m->ntasks; i++)
		g.tasks[i] = m->tasks[i];
	qsort(g.tasks, g.n, sizeof(*g.tasks), by_pid);
	for (size_t i = 0; !ret && i < m->ntasks; i++)
		ret = check_session(&g, m->tasks[i]) < 0 || check_group(&g, m->tasks[i]) < 0 ? -1 : 0;
	return ret ? ret : check_movers(&g);
}
