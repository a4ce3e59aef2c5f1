/*
 * threads.c - one walk over all threads of a tree, for all checks that look at each of them.
 *
 * What the kernel has to be asked for most of the time, the links of namespaces and the control groups, is read of many threads at a time, by
 * two threads of ours. The checks then look at one after the other.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/run.h"
#include "core/base/io.h"
#include "core/base/thread.h"

#define PATIENCE_MS 60
#define NAME_MAX_LEN 18
#define NET 3				/* check_netdev asks for it, too */
#define USER 8				/* inside of it a dump works, but whoever restores there may choose no numbers of processes */
#define WINDOW 256			/* threads at a time */

/*
 * All threads of a process are in the same pid, user and time namespace: the kernel lets only a process with one thread enter another. For a
 * mount namespace of its own a thread needs a working folder of its own, which check_clone_vm refuses.
 */
static const struct namespace {
	char name[NAME_MAX_LEN], id[11], what[14];
	uint8_t judged, of_process;
} namespaces[NAMESPACES] = {
	{ "cgroup", "ns_cgroup", "control group", ENABLE_CHECK_NS_CGROUP, 0 },
	{ "ipc", "ns_ipc", "IPC", ENABLE_CHECK_NS_IPC, 0 },
	{ "mnt", "ns_mnt", "mount", ENABLE_CHECK_NS_MNT, ENABLE_CHECK_CLONE_VM },
	[NET] = { "net", "ns_net", "network", ENABLE_CHECK_NS_NET, 0 },
	{ "pid", "ns_pid", "pid", ENABLE_CHECK_NS_PID, 1 },
	{ "pid_for_children", "ns_pid", "pid", ENABLE_CHECK_NS_PID, 0 },
	{ "time", "ns_time", "time", ENABLE_CHECK_NS_TIME, 1 },
	{ "time_for_children", "ns_time", "time", ENABLE_CHECK_NS_TIME, 0 },
	[USER] = { "user", "ns_user", "user", ENABLE_CHECK_NS_USER, 1 },
	{ "uts", "ns_uts", "host name", ENABLE_CHECK_NS_UTS, 0 },
};

/* ---- reading ---- */

struct window {
	struct scan *scan;
	struct thread_look *v;
	size_t n, max;
};

static int read_namespaces(struct thread_look *l, int dir)
{
	for (int i = 0; i < NAMESPACES; i++) {
		const struct namespace *ns = &namespaces[i];
		char path[40];
		int ret;

		if (!(ns->judged || (ENABLE_CHECK_NETDEV && i == NET)) || (ns->of_process && !l->first))
			continue;
		snprintf(path, sizeof(path), "ns/%.*s", NAME_MAX_LEN, ns->name);
		ret = proc_read_ns(dir, path, l->ns[i]);
		if (ret < 0 || ret == PROC_GONE)
			return ret;
		l->ns_known |= 1u << i;
	}
	return 0;
}

/* By one of two threads of ours, see thread_share(). The folder is closed again: where a table of descriptors is shared, it takes long to grow. */
static int read_one(void *ctx, size_t i)
{
	const struct window *w = ctx;
	struct thread_look *l = &w->v[i];
	cleanup_fd int dir = -1;

	l->read = proc_open_thread(l->task->pid, l->thread->tid, &dir);
	if (!l->read) {
		l->cgroups_differ = ENABLE_CHECK_CGROUP && cgroup_differs(dir);
		l->read = read_namespaces(l, dir);
	}
	if (!l->read && ENABLE_CHECK_CLONE_VM)
		l->read = clone_vm_read(l, &l->odd);
	return l->read < 0 ? fail_context("process %d thread %d", l->task->pid, l->thread->tid) : 0;
}

int thread_dir(const struct thread_look *l)
{
	if (*l->dir < 0 && proc_open_thread(l->task->pid, l->thread->tid, l->dir))
		err_clear();
	return *l->dir;
}

/* ---- namespaces ---- */

static struct thread_look ours;		/* they never change while we look at others */

static int learn_namespaces(int self)
{
	if (ours.first)
		return 0;
	ours.first = 1;
	return read_namespaces(&ours, self);
}

static int differs(const struct thread_look *l, int i)
{
	return l->ns_known >> i & 1 && strcmp(l->ns[i], ours.ns[i]);
}

/* Does PID, in the folder that UP leads to from that of the thread, have the same as the first LEN letters of the name say? */
static int is_that_of(const struct thread_look *l, int i, const char *up, pid_t pid, int len)
{
	char path[80], other[PROC_NS_MAX];
	int same;

	snprintf(path, sizeof(path), "%s%d/ns/%.*s", up, pid, len, namespaces[i].name);
	same = !proc_read_ns(thread_dir(l), path, other) && !strcmp(l->ns[i], other);
	err_clear();
	return same;
}

/* "pid_for_children" is the very one that the thread is in: said already. */
static int is_said(const struct thread_look *l, int i)
{
	const char *end = strstr(namespaces[i].name, "_for_children");

	return end && is_that_of(l, i, "../", l->thread->tid, (int)(end - namespaces[i].name));
}

/* Said once for the process, and once more for each thread that has left it. */
static int is_of_first(const struct thread_look *l, int i)
{
	return !l->first && is_that_of(l, i, "../", l->first_tid, NAME_MAX_LEN);
}

static int namespaces_look(struct scan *s, const struct thread_look *l)
{
	for (int i = 0; i < NAMESPACES; i++) {
		const struct namespace *ns = &namespaces[i];

		if (!ns->judged || !differs(l, i))
			continue;
		/* Who ends leaves its namespaces before it is gone. */
		if (!scan_is_frozen(s) && !proc_lives(thread_dir(l)))
			return PROC_GONE;
		if (!is_said(l, i) && !is_of_first(l, i) &&
		    thread_refuse(s, l, ns->id, ns->name, (i == USER ? "start the program without it" : "run cr inside of that namespace, or start the program without it"),
				  *l->ns[i] ? "it is in another %s namespace than cr: %s" : "its %s namespace for children is not made yet%s",
				  ns->what, l->ns[i]) < 0)
			return -1;
	}
	return 0;
}

/* Who has none is ending. */
const char *thread_new_net(const struct thread_look *l)
{
	if (!differs(l, NET) || !*l->ns[NET] || is_of_first(l, NET) || (l->task->ppid && is_that_of(l, NET, "../../../", l->task->ppid, NAME_MAX_LEN)))
		return NULL;
	return l->ns[NET];
}

/* ---- looking ---- */

/* What is not built in leaves no reference behind. */
static thread_look_fn *const looks[] = {
	ENABLE_CHECK_CGROUP ? cgroup_look : NULL,
	ENABLE_CHECK_CLONE_VM ? clone_vm_look : NULL,
	ENABLE_CHECK_LOCK ? lock_look : NULL,
	ENABLE_CHECK_LSM ? lsm_look : NULL,
	ENABLE_CHECK_NETDEV ? netdev_look : NULL,
	namespaces_look,
	ENABLE_CHECK_PTRACE ? ptrace_look : NULL,
	ENABLE_CHECK_UNKNOWN ? unknown_look : NULL,
	ENABLE_CHECK_VFORK ? vfork_look : NULL,
};
#define LOOKS (sizeof(looks) / sizeof(looks[0]))

static int look_at_one(struct window *w, size_t i)
{
	struct thread_look *l = &w->v[i];
	cleanup_buf struct buf status = { 0 };
	cleanup_fd int dir = -1;
	int ret = l->read;

	l->dir = &dir;
	/* One that runs may end at any time; of one that stands nothing more may be asked. */
	if (!ret && !scan_is_frozen(w->scan))
		ret = proc_open_thread(l->task->pid, l->thread->tid, &dir);
	if (!ret && !l->thread->status_text)
		ret = proc_read_record(thread_dir(l), "status", &status);
	l->status = l->thread->status_text ? l->thread->status_text : status.p;
	for (size_t k = 0; !ret && k < LOOKS; k++)
		ret = looks[k] ? looks[k](w->scan, l) : 0;
	return ret < 0 ? fail_context("process %d thread %d", l->task->pid, l->thread->tid) : 0;
}

/* Whom we make is in our groups and namespaces: no call of a restore enters or makes one. */
static int look_at_window(struct window *w)
{
	int ret = scan_is_newborn(w->scan) ? 0 : thread_share(read_one, w, w->n);

	for (size_t i = 0; i < w->n && !ret; i++)
		ret = look_at_one(w, i);
	w->n = 0;
	return ret;
}

static int look_at_all(struct window *w)
{
	const struct model *m = w->scan->model;
	int patience = PATIENCE_MS;

	for (size_t i = 0; i < m->ntasks; i++) {
		const struct task *t = m->tasks[i];
		const struct thread *first = model_speaker(t);

		for (size_t j = 0; first && j < t->nthreads; j++) {
			if (t->threads[j].zombie)
				continue;
			w->v[w->n++] = (struct thread_look) { .task = t, .thread = &t->threads[j], .first = &t->threads[j] == first,
							      .first_tid = first->tid, .patience = &patience };
			if (w->n == w->max && look_at_window(w) < 0)
				return -1;
		}
	}
	return look_at_window(w);
}

/* What is compared with ourselves, and with what this kernel has. */
static int learn(struct scan *s)
{
	cleanup_fd int self = -1;

	if (proc_open_self(&self) || (ENABLE_CHECK_UNKNOWN && unknown_learn(s, self) < 0) || (ENABLE_CHECK_LSM && lsm_learn(self) < 0))
		return -1;
	if (scan_is_newborn(s))
		return 0;
	return (ENABLE_CHECK_CGROUP && cgroup_learn(self) < 0) || learn_namespaces(self) < 0 ? -1 : 0;
}

int threads_scan(struct scan *s)
{
	struct window w = { .scan = s };
	int ret;

	if (s->walked)
		return 0;
	s->walked = 1;
	for (size_t i = 0; i < s->model->ntasks && w.max < WINDOW; i++)
		w.max += s->model->tasks[i]->nthreads;
	w.max = w.max < WINDOW ? w.max : WINDOW;
	w.v = malloc(w.max * sizeof(*w.v));
	ret = !w.v ? fail("memory for the threads that are looked at") : learn(s) < 0 ? -1 : look_at_all(&w);
	free(w.v);
	return ret;
}
