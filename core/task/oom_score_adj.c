/*
 * oom_score_adj.c - how readily the kernel kills a process when memory runs out.
 *
 *	/proc/PID/oom_score_adj: "-500\n"
 *
 * A value below one that a privileged process has set needs CAP_SYS_RESOURCE. See proc_pid_oom_score_adj(5).
 */
#include <stdio.h>

#include "core/task/task.h"

#define ADJ_MAX 1000

struct oom_score_adj {
	int32_t adj;
};

static const struct field oom_score_adj_fields[] = {
	FIELD(struct oom_score_adj, adj, I64),
	FIELD_END
};

static int oom_score_adj_look(struct scan *s, const struct task *t, const struct thread *th, struct state *out)
{
	struct oom_score_adj *item;
	int64_t adj;
	int dir, r = task_folder(s, t, th, &dir);

	if (r == PROC_OK)
		r = proc_read_i64(dir, "oom_score_adj", &adj);
	if (r != PROC_OK)
		return task_look_result(r);
	item = state_alloc(s, out, 1, sizeof(*item));
	if (!item)
		return -1;
	item->adj = adj;
	return 0;
}

static int oom_score_adj_preflight(struct rebuild *r, const struct task *t, const struct thread *th, const struct state *in)
{
	const struct oom_score_adj *item = in->items;
	cleanup_fd int self = -1;
	int64_t own;

	if (item->adj < -ADJ_MAX || item->adj > ADJ_MAX)
		return fail_image("process %d: oom_score_adj %d", (int)t->pid, item->adj);
	if (proc_open_self(&self) || proc_read_i64(self, "oom_score_adj", &own))
		return fail_context("oom_score_adj of cr itself");
	if (item->adj < own && !task_own_cap(CAP_SYS_RESOURCE))
		return report_refuse(r->report, "oom_score_adj", t->pid, "",
				     "run cr with CAP_SYS_RESOURCE, or with the same value",
				     "its oom_score_adj %d is below that of cr", item->adj);
	return 0;
}

static int oom_score_adj_rebuild_outside(struct rebuild *r, const struct task *t, const struct thread *th, const struct state *in)
{
	const struct oom_score_adj *item = in->items;
	cleanup_fd int dir = -1;
	char text[16];
	int64_t now;

	if (proc_open(t->pid, &dir) == PROC_OK && proc_read_i64(dir, "oom_score_adj", &now) == PROC_OK && now == item->adj)
		return 0;
	snprintf(text, sizeof(text), "%d", item->adj);
	return proc_write_text(dir, "oom_score_adj", text);
}

const struct task_kind task_oom_score_adj = {
	.name = "oom_score_adj",
	.title = ROW_TEXT("out-of-memory score"),
	.also = ROW_TEXT("oom"),
	.how = ROW_TEXT("/proc/PID/oom_score_adj"),
	.condition = ROW_TEXT("a value below that of cr needs CAP_SYS_RESOURCE"),
	.page = ROW_PAGE(
		"How readily the kernel ends a process when memory runs out: -1000 (never) to 1000.\n\n"
		"Services lower it for themselves, jobs raise it. It is one number in /proc/PID/oom_score_adj. Anybody "
		"may raise it; to make it lower than the lowest value that a privileged process has set takes "
		"CAP_SYS_RESOURCE, so the preflight looks whether we may and refuses otherwise: a daemon that was to be "
		"spared would be the first to go.\n\n"
		"Processes that share memory share it."),
	.scope = PER_TASK,
	.of_others = 1,
	.stage = STAGE_BEFORE_CREDENTIALS,
	.fields = IF_IMAGE(oom_score_adj_fields),
	.size = sizeof(struct oom_score_adj),
	.records = 1,
	.look = IF_INSIDE(oom_score_adj_look),
	.preflight = IF_RESTORE(oom_score_adj_preflight),
	.rebuild_outside = IF_RESTORE(oom_score_adj_rebuild_outside),
};
