/* session.c - sessions that cannot be joined again, and process groups that lie half outside of the tree. */
#include "checks/run.h"
#include "core/base/io.h"

/* As long as anybody is in it, the number of a group is in use: nobody could open it again. */
static int outsider(struct scan *s, int dir, pid_t pid, void *ctx)
{
	const struct task *t = ctx;
	struct proc_stat st;
	int r = proc_stat_of(pid, &st);

	if (r) {
		err_clear();
		return r < 0 && proc_unseen(pid) < 0 ? -1 : 0;
	}
	if (st.pgrp != t->pgid && pid != t->pgid)
		return 0;
	return report_refuse(s->report, "session", t->pid, "", "dump the tree that holds the whole group",
			     "its process group %d is also that of process %d outside of the tree", t->pgid, pid);
}

/* The root's own group becomes the restorer's, whoever else is in it. */
static int scan(struct scan *s)
{
	for (size_t i = 0; i < s->model->ntasks; i++) {
		struct task *t = s->model->tasks[i];

		if (t->pgid && !model_task(s->model, t->pgid) && outsiders_each(s, outsider, t) < 0)
			return -1;
	}
	return 0;
}

const struct check check_session = {
	.name = "session",
	.title = ROW_TEXT("sessions without a leader, groups that are half outside"),
	.how = ROW_TEXT("session and group in stat, of all tasks of the tree and of all others"),
	.takes = ROW_TEXT("making a leader of that number for a moment, and letting it end"),
	.page = ROW_PAGE(
		"A process whose session was made by a process that has ended: daemons that forked twice, children of a "
		"login that is gone.\n\n"
		"A session has the number of the process that made it, and is joined by birth only. When that one is "
		"gone, only a process with its number could make it again, have the others born in it, and then end. A "
		"process that was adopted by an ancestor (PR_SET_CHILD_SUBREAPER) may be of a session that no child of "
		"that ancestor is born into. A process group that is also one of processes outside keeps its number in "
		"use, so nobody can open it again.\n\n"
		"The session of whoever started the tree is carried: it becomes the restorer's. About 150 lines in the "
		"spine for the rest, no change of the kernel. Dump the tree that holds the leader."),
	.scan = scan,
};
