/* ptrace.c - tasks that are traced, and tasks that trace others. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "checks/run.h"
#include "core/base/io.h"
#include "core/look/outside.h"

/* Of a frozen tree we are the tracer, and still of a thread that could not be stopped: it could not have been seized if somebody else were. */
int ptrace_look(struct scan *s, const struct thread_look *l)
{
	long tracer = scan_is_frozen(s) ? 0 : status_number(l->status, "TracerPid");

	if (tracer <= 0 || tracer == getpid())
		return 0;
	return thread_refuse(s, l, "ptrace", "", "detach the debugger", "it is traced by process %ld", tracer);
}

static const struct task *task_of_thread(const struct model *m, pid_t tid)
{
	for (size_t i = 0; i < m->ntasks; i++)
		for (size_t j = 0; j < m->tasks[i]->nthreads; j++)
			if (m->tasks[i]->threads[j].tid == tid)
				return m->tasks[i];
	return NULL;
}

#define STATUS_PART 4096		/* the lines that are asked for stand before all that may be long */

/* NAME: its status, which goes to TEXT. */
static int add_traced(struct outside *o, int proc, const char *name, pid_t pid, pid_t tid, char text[STATUS_PART])
{
	long n = text_read(proc, name, text, STATUS_PART), tracer = status_number(text, "TracerPid");

	if (n < 0 && proc_unseen(pid) < 0)
		return -1;
	if (tracer <= 0)
		return 0;
	if (!arena_grow(&o->arena, &o->traced, o->ntraced, &o->traced_cap, sizeof(*o->traced)))
		return -1;
	o->traced[o->ntraced++] = (struct traced) { (pid_t)tracer, pid, tid };
	return 0;
}

static int look_at_threads(struct outside *o, int proc, pid_t pid)
{
	char name[64], status[STATUS_PART];
	const char *entry;

	snprintf(name, sizeof(name), "%d/task", pid);
	cleanup_listing struct io_listing list = io_list(proc, name);

	while (list.fd >= 0 && (entry = io_next_name(&list))) {
		pid_t tid = (pid_t)atoi(entry);

		snprintf(name, sizeof(name), "%d/task/%d/status", pid, tid);
		if (tid != pid && add_traced(o, proc, name, pid, tid, status) < 0)
			return -1;
	}
	return errno && proc_unseen(pid) < 0 ? -1 : 0;
}

static int look_at_process(struct scan *s, int proc, pid_t pid, void *ctx)
{
	struct outside *o = ctx;
	char name[64], status[STATUS_PART];

	snprintf(name, sizeof(name), "%d/status", pid);
	if (add_traced(o, proc, name, pid, pid, status) < 0)
		return -1;
	return status_number(status, "Threads") <= 1 ? 0 : look_at_threads(o, proc, pid);
}

static int scan(struct scan *s)
{
	struct outside *o = s->outside;
	int ret = threads_scan(s);

	if (!ret && ENABLE_TASK_TRACER && scan_is_frozen(s) && s->model->ntasks == 1)
		return 0;		/* it is asked itself: core/task/tracer.c */
	if (ret == 0 && !o->traced_known)
		ret = (o->for_many ? processes_each : outsiders_each)(s, look_at_process, o);
	o->traced_known = 1;
	for (size_t i = 0; ret == 0 && i < o->ntraced; i++) {
		const struct traced *t = &o->traced[i];
		const struct task *task = model_task(s->model, t->pid) ? NULL : task_of_thread(s->model, t->tracer);

		if (task)
			ret = report_refuse_thread(s->report, "ptrace", task->pid, t->tracer == task->pid ? 0 : t->tracer,
						   "let it detach first", "it traces process %d", t->tid);
	}
	return ret;
}

const struct check check_ptrace = {
	.name = "ptrace",
	.title = ROW_TEXT("traced tasks and tracers"),
	.also = ROW_TEXT("debugger strace"),
	.how = ROW_TEXT("TracerPid in status of each thread of the tree, and of all other threads of the machine"),
	.takes = ROW_TEXT("letting go at the dump and attaching anew at the same stop, which the kernel tells too little of"),
	.page = ROW_PAGE(
		"A process under a debugger or strace(1); or such a program itself.\n\n"
		"A task has one tracer at a time, so cr cannot stop one that is traced. What a tracer has set (options, "
		"breakpoints, a stop it has not looked at yet) is known to it alone. If tracer and traced are both in the "
		"tree, a solution would have to let go at the dump and attach anew at the restore, at the same stop: "
		"options and the message of a stop cannot be read by a third.\n\n"
		"Needs a kernel interface. TracerPid in status shows it, for all threads of the machine; tasks traced in "
		"a pid namespace that we do not see are missed. Detach the debugger before; if it has left breakpoints of the "
		"processor (debug registers), which shows inside, let it delete them first."),
	.in_2009 = 'N',
	.scan = scan,
};
