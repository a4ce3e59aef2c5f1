/*
 * strangers.c - processes that cr may not compare with those of the tree: what all may see of them tells whether they can share anything.
 */
#include <stdio.h>
#include <string.h>

#include "checks/run.h"
#include "core/base/io.h"
#include "core/look/outside.h"

/* Those of the tree M (may be NULL) have been read. 0: it does not live, or hides; -1: it was missed. */
static int read_one(const struct model *m, pid_t pid, struct traits *out)
{
	const struct task *t = m ? model_task(m, pid) : NULL;
	const char *status = t && t->nthreads ? t->threads[0].status_text : NULL;
	cleanup_fd int dir = -1;
	char text[4096];
	struct proc_stat st;

	if (status && t->stat) {
		st = *t->stat;
	} else if (proc_open(pid, &dir) || proc_read_stat(dir, &st) || text_read(dir, "status", text, sizeof(text)) <= 0) {
		err_clear();
		return proc_unseen(pid) < 0 ? -1 : 0;
	} else {
		status = text;
	}
	*out = (struct traits) { .pid = pid, .ppid = st.ppid, .forked = !!(st.flags & PROC_PF_FORKNOEXEC),
				 .text = status_number(status, "VmExe"), .umask = status_number(status, "Umask") };
	snprintf(out->comm, sizeof(out->comm), "%s", st.comm);
	return !(st.flags & (PROC_PF_KTHREAD | PROC_PF_EXITING)) && st.state != 'Z' && st.state != 'X';
}

/* Whose parent has ended has another one, of another program; and so has the child of one that has executed another program since. */
int traits_read(const struct model *m, pid_t pid, struct traits *out)
{
	int ret = read_one(m, pid, out);
	struct traits above;

	if (ret <= 0)
		return ret;
	above = *out;
	while (above.forked && above.text == out->text)
		if ((ret = read_one(m, above.ppid, &above)) <= 0)
			return ret < 0 ? -1 : 1;
	if (above.text == out->text)
		out->origin = above.pid;
	return 1;
}

/*
 * execve(2) gives a process memory and descriptors of its own. So two that share them have not executed a program since they were born
 * of the same one, or of each other, and have the same program, if not the same name still. The folder outlives an execve, and is
 * mostly not shared: for that there is a note.
 */
static int refuse_unknown(struct scan *s, const struct traits *in, const struct traits *out)
{
	int apart = in->origin && out->origin && in->origin != out->origin, related = !apart && in->text == out->text;

	if (related && (!strcmp(in->comm, out->comm) || (in->origin && in->origin == out->origin)))
		return report_refuse(s->report, "clone_vm", in->pid, report_object(s->report, "process", out->pid),
				     "run cr with the capabilities of that process",
				     "whether they share memory or descriptors cannot be told: cr may not compare them");
	if (!related && in->umask != out->umask)
		return 0;
	for (size_t i = 0; i < s->report->n; i++)
		if (s->report->findings[i].verdict == FINDING_NOTE && !strcmp(s->report->findings[i].id, "clone_vm"))
			return 0;
	return report_add(s->report, FINDING_NOTE, "clone_vm", 0, 0, "", "", "process %d, and maybe others, may not be compared: a working "
			  "folder that it shares with this tree would be its own from then on", out->pid);
}

/* A child of the tree that was born after the scan is none of the outside. */
int strangers_look(struct scan *s)
{
	const struct outside *o = s->outside;
	struct traits *in = arena_alloc(&s->model->arena, (s->model->ntasks + 1) * sizeof(*in));
	size_t n = 0;
	int ret;

	if (!in)
		return -1;
	for (size_t i = 0; o->nunknown && i < s->model->ntasks; i++, n += (size_t)ret)
		if ((ret = traits_read(s->model, s->model->tasks[i]->pid, &in[n])) < 0)
			return -1;
	for (size_t i = 0; i < o->nunknown; i++) {
		const struct traits *out = &o->unknown[i];

		for (size_t j = 0; j < n && !model_task(s->model, out->pid) && !model_task(s->model, out->ppid); j++)
			if (refuse_unknown(s, &in[j], out) < 0)
				return -1;
	}
	return 0;
}

int strangers_add(struct outside *o, pid_t pid)
{
	struct traits t;
	int ret = traits_read(NULL, pid, &t);

	if (ret <= 0)
		return ret;
	if (!arena_grow(&o->arena, &o->unknown, o->nunknown, &o->unknown_cap, sizeof(*o->unknown)))
		return -1;
	o->unknown[o->nunknown++] = t;
	return 0;
}
