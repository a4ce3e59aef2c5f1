/*
 * scan.c - /proc -> model, from outside, touching nothing.
 *
 * The tree is found through /proc/PID/task/TID/children (CONFIG_PROC_CHILDREN). When it runs, everything is a snapshot: a task that is
 * gone at the second look is left out and never reported. See proc_pid_task(5).
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/io.h"
#include "core/children.h"
#include "core/look/mounts.h"
#include "core/look/outside.h"
#include "core/mem/mem.h"
#include "core/proc/proc.h"
#include "core/sessions.h"
#include "core/unit.h"

static const char *run_name(const struct task *t, char state)
{
	if (state == 'Z')
		return "zombie";
	if (t->remote ? t->remote->threads[0].group_stopped : state == 'T')
		return "stopped";
	return "running";
}

static int fill_task(struct scan *s, struct task *t, int dir)
{
	struct proc_stat st;
	int ret = proc_read_stat(dir, &st);

	if (ret)
		return ret;
	if (!t->parent && st.flags & (PROC_PF_KTHREAD | PROC_PF_EXITING) && st.num_threads <= 1)
		return fail_refused("process %d has no memory: a kernel thread, or it is ending", t->pid);
	t->ppid = t->parent ? t->parent->pid : 0;
	t->pgid = st.pgrp;
	t->sid = st.session;
	t->exit_signal = st.exit_signal;
	t->exit_code = st.state == 'Z' ? st.exit_code : 0;
	t->starttime = st.starttime;
	t->tty_nr = st.tty_nr;
	t->foreground = st.pgrp == st.tpgid;
	t->run = (char *)run_name(t, st.state);
	return threads_read(s, t, dir, &st);
}

static int look_parts(struct scan *s, struct task *t)
{
	int ret = tasks_look(s, t);

	if (!strcmp(t->run, "zombie"))
		return ret;
	if (ret == 0)
		ret = files_look(s, t);
	if (ret == 0)
		ret = mem_scan(s, t);
	return ret;
}

/* Descriptions that were first seen in a task that is left out: who else has them will be the first. */
static void forget_files(struct model *m, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < m->nfiles; i++)
		if (m->sorted[i]->id <= n)
			m->sorted[kept++] = m->sorted[i];
	m->nfiles = n;
}

/* The folder of a leader that has exited says zombie; its threads go on. -1: that cannot be told. */
static int has_ended(int dir)
{
	struct proc_stat st;
	int gone = proc_read_stat(dir, &st);

	return gone ? gone : (st.num_threads <= 1 && (st.state == 'Z' || st.state == 'X' || st.flags & PROC_PF_EXITING));
}

/* What a task on its way out shows is neither what it was nor what it will be. */
static int look_task(struct scan *s, struct task *t, int dir)
{
	size_t nfiles = s->model->nfiles, n = s->report->n, refused = s->report->refused;
	int ret = look_parts(s, t), ended = scan_is_frozen(s) || !strcmp(t->run, "zombie") ? 0 : has_ended(dir);

	if (ended <= 0)
		return ended < 0 ? -1 : ret;
	err_clear();
	forget_files(s->model, nfiles);
	s->report->n = n;
	s->report->refused = refused;
	return PROC_GONE;
}

/*
 * A task that is gone before it was ever in the model is a value; the caller goes on without it. But what is frozen is not gone, unless
 * it was killed: then the model would be one of half a tree.
 */
static int add_task(struct scan *s, pid_t pid, pid_t maker, struct task *parent, struct task **out)
{
	struct model *m = s->model;
	struct task *t = arena_alloc(&m->arena, sizeof(*t));
	cleanup_fd int dir = -1;
	int ret;

	if (!t || !arena_grow(&m->arena, &m->tasks, m->ntasks, &m->tasks_cap, sizeof(*m->tasks)))
		return -1;
	if (pid == getpid())		/* what is to be seen of us is there because we look */
		return report_refuse(s->report, "task", pid, "", "run cr from outside of the tree", "cr itself is in the tree") < 0 ?
		       -1 : PROC_GONE;
	t->pid = pid;
	t->maker = maker;
	t->parent = parent;
	t->pidfd = -1;
	model_place(m, t);
	if (s->remote_of)
		t->remote = s->remote_of(s->remote_ctx, pid);
	ret = proc_open(pid, &dir);
	if (ret == 0)
		ret = fill_task(s, t, dir);
	if (ret)
		return ret;
	m->tasks[m->ntasks++] = t;
	*out = t;
	ret = look_task(s, t, dir);
	if (ret > 0)
		m->ntasks--;
	return ret;
}

/*
 * Much of /proc is for those alone whom ptrace(2) would let in: see "Ptrace access mode checking" there, and proc_mem_open() in fs/proc.
 * What has no memory any more belongs to root, and is looked at less.
 */
static int is_closed(pid_t pid)
{
	cleanup_fd int dir = -1, fd = -1;

	if (proc_open(pid, &dir))
		return 0;
	fd = openat(dir, "auxv", O_RDONLY | O_CLOEXEC);
	return fd < 0 && (errno == EACCES || errno == EPERM) && proc_lives(dir);
}

static int add_living(struct scan *s, pid_t pid, pid_t maker, struct task *parent)
{
	struct task *t;
	int ret;

	if (!scan_is_frozen(s) && is_closed(pid))
		return fail_refused("process %d may not be looked at (it has to be yours, or CAP_SYS_PTRACE is needed)", pid);
	ret = add_task(s, pid, maker, parent, &t);
	task_folder_close(s);
	if (ret > 0 && scan_is_frozen(s))
		return fail_refused("process %d ended while it was looked at", pid);
	return ret;
}

static int by_pid(const void *a, const void *b)
{
	const pid_t x = CHILD_PID(*(const uint64_t *)a), y = CHILD_PID(*(const uint64_t *)b);

	return (x > y) - (x < y);
}

/*
 * Children of all threads, by number: the one order that is the same after a restore. Those of a process that was seized are known since, and
 * those of a newborn its leader has made, which leaves them to the next thread when it exits.
 */
static int read_children(struct scan *s, const struct task *t, struct u64_list *out)
{
	const struct thread *who = t->remote ? model_speaker(t) : NULL;		/* killed meanwhile: none */
	struct child_list kids = { 0 };
	cleanup_fd int dir = -1;
	int ret = 0;

	if (t->remote && !t->remote->newborn)
		kids.list = t->remote->children;
	else
		ret = proc_open(t->pid, &dir);
	for (size_t i = 0; dir >= 0 && !ret && i < (t->remote ? 1 : t->nthreads); i++)
		ret = children_add(&kids, &s->model->arena, dir, who ? who->tid : t->threads[i].tid);
	if (kids.list.n)
		qsort(kids.list.v, kids.list.n, sizeof(*kids.list.v), by_pid);
	*out = kids.list;
	return ret;
}

/* A parent comes before its children: the caller walks over the growing list. */
static int add_children(struct scan *s, struct task *t)
{
	struct u64_list kids = { 0 };

	if (read_children(s, t, &kids) < 0)
		return -1;
	for (size_t i = 0; i < kids.n; i++)
		if (add_living(s, CHILD_PID(kids.v[i]), CHILD_MAKER(kids.v[i]), t) < 0)
			return -1;
	return 0;
}

static int refuse_session(void *ctx, const struct task *t, pid_t id, const char *why)
{
	struct scan *s = ctx;

	if (t->sid && !model_task(s->model, t->sid))
		return 0;		/* was said */
	return report_refuse(s->report, "session", t->pid, "", "", "%s (%d)", why, id);
}

/*
 * Groups and sessions that lie outside are those of whoever started the tree: they become the restorer's, and stand as 0. A group whose
 * leader has ended keeps its number. A session without its leader cannot be made again.
 */
static int name_groups(struct scan *s)
{
	struct model *m = s->model;

	s->outer_pgid = model_task(m, m->tasks[0]->pgid) ? 0 : m->tasks[0]->pgid;
	s->outer_sid = model_task(m, m->tasks[0]->sid) ? 0 : m->tasks[0]->sid;
	for (size_t i = 0; i < m->ntasks; i++) {
		struct task *t = m->tasks[i];

		if (t->pgid == s->outer_pgid)
			t->pgid = 0;
		if (t->sid == s->outer_sid)
			t->sid = 0;
		else if (!model_task(m, t->sid) &&
			 report_refuse(s->report, "session", t->pid, "", "dump the tree that holds the session's leader",
				       "session %d has no leader in the tree", t->sid) < 0)
			return -1;
	}
	return sessions_check(m, refuse_session, s);
}

/*
 * A restored child is one of the thread that speaks for its parent. Said once: many programs have threads that start others. The smallest
 * program, which only checks, has no room for what next to nobody can tell.
 */
static int note_maker(struct scan *s)
{
	for (size_t i = 1; ENABLE_APPLET_DUMP && i < s->model->ntasks && !scan_is_newborn(s); i++) {
		const struct task *t = s->model->tasks[i];
		const struct thread *who = model_speaker(t->parent);

		if (who && t->maker != who->tid)
			return report_add(s->report, FINDING_NOTE, "task", t->pid, 0, "", "", "it is a child of thread %d of process %d; restored, it "
					  "will be one of thread %d, which only waitpid(2) with __WNOTHREAD tells", t->maker, t->ppid, who->tid);
	}
	return 0;
}

/* What nobody looks at may be there. A program that only checks speaks for those that dump. */
static int refuse_unknown(struct scan *s)
{
	for (int i = 0; ENABLE_APPLET_DUMP && task_kinds_out[i]; i++)
		if (report_refuse(s->report, task_kinds_out[i], s->model->tasks[0]->pid, "", "build cr with it (make menuconfig)",
				  "this cr was built without it: it would be lost unseen") < 0)
			return -1;
	return 0;
}

static void forget_texts(struct scan *s)
{
	for (size_t i = 0; i < s->model->ntasks; i++)
		for (size_t j = 0; j < s->model->tasks[i]->nthreads; j++)
			s->model->tasks[i]->threads[j].status_text = NULL;
	arena_free(&s->texts);
	s->status.of = NULL;
	s->status.is = NULL;
}

/* A restore works in a part of the address space that is the same in all processes. */
static int refuse_without_room(struct scan *s)
{
	const struct model *m = s->model;

	if (!ENABLE_APPLET_DUMP || scan_is_newborn(s) || mem_has_room(m))
		return 0;
	return report_refuse(s->report, "memory", m->tasks[0]->pid, "", "", "%s", err_text());
}

static int run_checks(struct scan *s)
{
	if (files_relate(s) < 0)
		return -1;
	for (int i = 0; checks[i]; i++)
		if (checks[i]->scan && checks[i]->scan(s) < 0)
			return fail_context("check %s", checks[i]->name);
	return 0;
}

int scan_tree(struct scan *s, pid_t root)
{
	struct mount_table mounts;
	struct outside own;
	struct outside *given = s->outside;
	int ret;

	if (mounts_read(&mounts, &s->model->arena) < 0)
		return -1;
	s->mounts = &mounts;
	outside_begin(&own, 0);
	s->outside = given ? given : &own;
	ret = add_living(s, root, 0, NULL);
	if (ret > 0)
		ret = fail_refused(root == getpid() ? "process %d is cr itself" : "there is no process %d", root);
	if (ret == 0 && s->model->tasks[0]->exit_signal < 0)
		ret = fail_refused("%d is a thread, not a process: the Tgid in /proc/%d/status is its process", root, root);
	for (size_t i = 0; ret == 0 && i < s->model->ntasks; i++)
		ret = add_children(s, s->model->tasks[i]);
	if (ret == 0 && s->model->tasks[0]->exit_signal != SIGCHLD)
		ret = report_refuse(s->report, "session", root, "", "dump the tree of its parent, too",
				    "it tells its parent of its end by signal %d instead of SIGCHLD", s->model->tasks[0]->exit_signal);
	if (ret == 0)
		ret = refuse_unknown(s);
	if (ret == 0)
		ret = name_groups(s);
	if (ret == 0)
		ret = note_maker(s);
	if (ret == 0)
		ret = run_checks(s);
	if (ret == 0)
		ret = refuse_without_room(s);
	forget_texts(s);
	s->mounts = NULL;
	s->outside = given;
	outside_end(&own);
	s->socket_lists = NULL;
	s->socket_kinds = NULL;
	s->ask_locks = s->walked = s->one_ipc = 0;
	return ret;
}

/* Has the parent still to be told of the stop, or of its end? Asking does not tell it. All that are restored are stopped by SIGSTOP. */
static int ask_stop(struct scan *s, struct task *t)
{
	struct thread *parent = t->parent && t->parent->mm ? model_speaker(t->parent) : NULL;
	int stopped = !strcmp(t->run, "stopped");
	struct batch b;
	siginfo_t *info;
	uint64_t at;

	if (!parent || (!stopped && !t->parent->has_continued))
		return 0;
	if (batch_begin(&b, parent->remote) < 0 || !(info = batch_space(&b, sizeof(*info), &at)))
		return -1;
	batch_call(&b, "waitid", SYS_waitid, P_PID, (uint64_t)t->pid, at, (stopped ? WSTOPPED : WCONTINUED) | WNOHANG | WNOWAIT | __WALL,
		   0, 0);
	if (batch_run(&b) < 0)
		return -1;
	if (!stopped) {
		if (info->si_pid)
			t->run = "continued";
		return 0;
	}
	t->stop_reported = !info->si_pid;
	if (t->stop_reported || info->si_status == SIGSTOP)
		return 0;
	return report_refuse(s->report, "wait_status", t->pid, "", "let its parent wait for that (WUNTRACED)",
			     "it was stopped by signal %d, and its parent %d has not waited for that", info->si_status, t->parent->pid);
}

int scan_capture(struct scan *s)
{
	if (tasks_capture(s) < 0)
		return -1;
	for (size_t i = 0; i < s->model->ntasks; i++) {
		struct task *t = s->model->tasks[i];

		if (t->mm && (mem_capture(s->model, t) < 0 || ask_stop(s, t) < 0))
			return fail_context("process %d", t->pid);
	}
	return files_capture(s);
}
