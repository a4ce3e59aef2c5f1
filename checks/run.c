/* run.c - what several checks share. See run.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "checks/run.h"
#include "core/base/io.h"
#include "core/base/words.h"
#include "core/look/outside.h"

#define PATIENCE_MS 60

/* What is not built in leaves no reference behind. */
static thread_look_fn *const looks[] = {
	ENABLE_CHECK_CGROUP ? cgroup_look : NULL,
	ENABLE_CHECK_CLONE_VM ? clone_vm_look : NULL,
	ENABLE_CHECK_LOCK ? lock_look : NULL,
	ENABLE_CHECK_LSM ? lsm_look : NULL,
	ENABLE_CHECK_NETDEV ? netdev_look : NULL,
	ENABLE_CHECK_NS_CGROUP ? ns_cgroup_look : NULL,
	ENABLE_CHECK_NS_IPC ? ns_ipc_look : NULL,
	ENABLE_CHECK_NS_MNT ? ns_mnt_look : NULL,
	ENABLE_CHECK_NS_NET ? ns_net_look : NULL,
	ENABLE_CHECK_NS_PID ? ns_pid_look : NULL,
	ENABLE_CHECK_NS_TIME ? ns_time_look : NULL,
	ENABLE_CHECK_NS_USER ? ns_user_look : NULL,
	ENABLE_CHECK_NS_UTS ? ns_uts_look : NULL,
	ENABLE_CHECK_PTRACE ? ptrace_look : NULL,
	ENABLE_CHECK_UNKNOWN ? unknown_look : NULL,
	ENABLE_CHECK_VFORK ? vfork_look : NULL,
};
#define LOOKS (sizeof(looks) / sizeof(looks[0]))

static int look_at_thread(struct scan *s, struct thread_look *l, struct buf *status)
{
	cleanup_fd int dir = -1;
	int ret = proc_open_thread(l->task->pid, l->thread->tid, &dir);

	if (!ret && !l->thread->status_text)
		ret = proc_read_record(dir, "status", status);
	l->dir = dir;
	l->status = l->thread->status_text ? l->thread->status_text : status->p;
	for (size_t i = 0; !ret && i < LOOKS; i++)
		ret = looks[i] ? looks[i](s, l) : 0;
	return ret;
}

static int look_at_process(struct scan *s, const struct task *t, struct buf *status, int *patience)
{
	const struct thread *first = model_speaker(t);

	for (size_t i = 0; first && i < t->nthreads; i++) {
		const char *ours = NULL;
		struct thread_look l = { t, &t->threads[i], &t->threads[i] == first, first->tid, -1, NULL, patience, &ours };

		if (!t->threads[i].zombie && look_at_thread(s, &l, status) < 0)
			return fail_context("process %d thread %d", t->pid, t->threads[i].tid);
	}
	return 0;
}

int threads_scan(struct scan *s, thread_look_fn *who)
{
	cleanup_buf struct buf status = { 0 };
	int patience = PATIENCE_MS;
	size_t i = 0;

	while (i < LOOKS && !looks[i])
		i++;
	if (i == LOOKS || looks[i] != who)
		return 0;
	for (i = 0; i < s->model->ntasks; i++)
		if (look_at_process(s, s->model->tasks[i], &status, &patience) < 0)
			return -1;
	return 0;
}

int thread_refuse(struct scan *s, const struct thread_look *l, const char *id, const char *object, const char *remedy,
		  const char *meaning, ...)
{
	va_list args;
	int ret;

	va_start(args, meaning);
	ret = report_add_list(s->report, FINDING_REFUSED, id, l->task->pid, l->first ? 0 : l->thread->tid, object, remedy, meaning, args);
	va_end(args);
	return ret;
}

long text_read(int dir, const char *name, char *out, size_t size)
{
	cleanup_fd int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, out, size - 1);

	out[n < 0 ? 0 : n] = '\0';
	return n;
}

long status_number(const char *status, const char *key)
{
	size_t len = strlen(key);

	for (const char *p = status; p; p = strchr(p, '\n')) {
		p += *p == '\n';
		if (!strncmp(p, key, len) && p[len] == ':')
			return atol(p + len + 1);
	}
	return -1;
}

/* ---- all other processes ---- */

static int compare_numbers(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Threads of the kernel are children of one of them. They share nothing with the tree and nobody traces them, but they are many. */
static void read_kernel_threads(struct arena *a, struct u64_list *out)
{
	cleanup_fd int dir = -1;
	struct proc_stat st;

	if (proc_open(2, &dir) || proc_read_stat(dir, &st) || !(st.flags & PROC_PF_KTHREAD) || proc_read_list(dir, "task/2/children", a, out)) {
		err_clear();
		*out = (struct u64_list){ 0 };
	}
	if (out->n)
		qsort(out->v, out->n, sizeof(*out->v), compare_numbers);
}

static struct u64_list *read_processes(struct arena *a, struct io_listing *proc)
{
	struct u64_list *list = arena_alloc(a, sizeof(*list)), kernel = { 0 };
	pid_t self = getpid();
	const char *name;
	size_t cap = 0;

	if (!list)
		return NULL;
	read_kernel_threads(a, &kernel);
	while ((name = io_next_name(proc))) {
		uint64_t pid = *name >= '1' && *name <= '9' ? (uint64_t)atoi(name) : 0;

		if (!pid || (pid_t)pid == self || (kernel.n && bsearch(&pid, kernel.v, kernel.n, sizeof(*kernel.v), compare_numbers)))
			continue;
		list->v = arena_grow(a, list->v, list->n, &cap, sizeof(*list->v));
		if (!list->v)
			return NULL;
		list->v[list->n++] = pid;
	}
	return list;
}

static int each(struct scan *s, int all, int (*f)(struct scan *s, int dir, pid_t pid, void *ctx), void *ctx)
{
	struct outside *o = s->outside;
	cleanup_listing struct io_listing proc = { .fd = -1 };

	if (scan_is_newborn(s))
		return 0;
	proc = io_list(AT_FDCWD, "/proc");
	if (proc.fd < 0)
		return fail("open /proc");
	if (!o->processes)
		o->processes = read_processes(&o->arena, &proc);
	if (!o->processes)
		return -1;
	for (size_t i = 0; i < o->processes->n; i++) {
		pid_t pid = (pid_t)o->processes->v[i];

		if ((all || !model_task(s->model, pid)) && f(s, proc.fd, pid, ctx) < 0)
			return -1;
	}
	return 0;
}

int outsiders_each(struct scan *s, int (*f)(struct scan *s, int dir, pid_t pid, void *ctx), void *ctx)
{
	return each(s, 0, f, ctx);
}

int processes_each(struct scan *s, int (*f)(struct scan *s, int dir, pid_t pid, void *ctx), void *ctx)
{
	return each(s, 1, f, ctx);
}

int process_lives(pid_t pid)
{
	cleanup_fd int dir = -1;

	if (!proc_open(pid, &dir))
		return proc_lives(dir);
	err_clear();
	return 0;
}

/* ---- namespaces ---- */

int link_read(int dir, const char *name, char out[LINK_MAX_LEN])
{
	ssize_t n = readlinkat(dir, name, out, LINK_MAX_LEN - 1);

	out[n < 0 ? 0 : n] = '\0';
	if (n >= 0)
		return PROC_OK;
	if (errno != ENOENT && errno != ESRCH) {
		int err = errno;

		/* Who has let go of its memory on the way out may not be looked at any more. */
		if (!proc_lives(dir))
			return PROC_GONE;
		errno = err;
		return fail("read %s", name);
	}
	return faccessat(dir, "stat", F_OK, 0) ? PROC_GONE : PROC_ABSENT;
}

/* Ours never change while we look at others. */
static const char *own_ns(const char *path)
{
	static char known[16][2][LINK_MAX_LEN];
	size_t i = 0;

	while (i < 15 && known[i][0][0] && strcmp(known[i][0], path))
		i++;
	if (!known[i][0][0] || i == 15) {
		char link[LINK_MAX_LEN];
		ssize_t n;

		snprintf(known[i][0], LINK_MAX_LEN, "%s", path);
		snprintf(link, sizeof(link), "/proc/self/%s", path);
		n = readlink(link, known[i][1], LINK_MAX_LEN - 1);
		known[i][1][n < 0 ? 0 : n] = '\0';
	}
	return known[i][1];
}

/* "pid_for_children" is the very one that the thread is in: said already. */
static int is_said(const struct thread_look *l, const char *path, const char *link)
{
	char inside[40], other[LINK_MAX_LEN];
	const char *end = strstr(path, "_for_children");

	if (!end)
		return 0;
	snprintf(inside, sizeof(inside), "%.*s", (int)(end - path), path);
	return !link_read(l->dir, inside, other) && !strcmp(link, other);
}

/*
 * All threads of a process are in the same pid, user and time namespace: the kernel lets only a process with one thread enter another. For a
 * mount namespace of its own a thread needs a working folder of its own, which check_clone_vm refuses.
 */
static int is_of_process(const char *name)
{
	return !strcmp(name, "pid") || !strcmp(name, "user") || !strcmp(name, "time") || (ENABLE_CHECK_CLONE_VM && !strcmp(name, "mnt"));
}

int ns_compare(struct scan *s, const struct thread_look *l, const char *id, const char *name, const char *what)
{
	char path[40], leader[72], link[LINK_MAX_LEN], other[LINK_MAX_LEN];
	int ret;

	/* Whom we make is in ours: no call of a restore enters or makes a namespace. */
	if (scan_is_newborn(s) || (!l->first && is_of_process(name)) || (*l->ours && !strcmp(*l->ours, name)))
		return 0;
	snprintf(path, sizeof(path), "ns/%s", name);
	ret = link_read(l->dir, path, link);
	if (ret < 0 || ret == PROC_GONE)
		return ret;
	if (!strcmp(link, own_ns(path)))
		return 0;
	/* Who ends leaves its namespaces before it is gone. */
	if (!s->frozen && !proc_lives(l->dir))
		return PROC_GONE;
	if (is_said(l, path, link))
		return 0;
	/* Once for the process, and once more for each thread that has left it. */
	snprintf(leader, sizeof(leader), "../%d/%s", l->first_tid, path);
	if (!l->first && !link_read(l->dir, leader, other) && !strcmp(link, other))
		return 0;
	err_clear();
	return thread_refuse(s, l, id, name, "run cr inside of that namespace, or start the program without it",
			     *link ? "it is in another %s namespace than cr: %s" : "its %s namespace for children is not made yet%s", what, link);
}

int ns_is_new(struct scan *s, const struct thread_look *l, const char *name, char link[LINK_MAX_LEN])
{
	char path[80], other[LINK_MAX_LEN];

	snprintf(path, sizeof(path), "ns/%s", name);
	if (link_read(l->dir, path, link))
		return err_clear(), 0;
	if (!strcmp(link, own_ns(path))) {
		*l->ours = name;
		return 0;
	}
	snprintf(path, sizeof(path), "../%d/ns/%s", l->first_tid, name);
	if (!l->first && !link_read(l->dir, path, other) && !strcmp(link, other))
		return 0;
	snprintf(path, sizeof(path), "../../../%d/ns/%s", l->task->ppid, name);
	if (l->task->ppid && !link_read(l->dir, path, other) && !strcmp(link, other))
		return 0;
	err_clear();
	return 1;
}

int ns_claims(const struct fd_look *l, const char *type)
{
	size_t len = strlen(type);

	return !strncmp(l->text, type, len) && l->text[len] == ':' && l->text[len + 1] == '[';
}

/* ---- sockets ---- */

static int ask_name(pid_t pid, pid_t tid, int fd, char *out, size_t size)
{
	char path[80];
	ssize_t n;

	if (tid)
		snprintf(path, sizeof(path), "/proc/%d/task/%d/fd/%d", pid, tid, fd);
	else
		snprintf(path, sizeof(path), "/proc/%d/fd/%d", pid, fd);
	n = getxattr(path, "system.sockprotoname", out, size - 1);
	out[n < 0 ? 0 : n] = '\0';
	return n > 0;
}

/* A zombie leader shows no descriptors, its threads do. */
static void ask_threads(pid_t pid, int fd, char *out, size_t size)
{
	char path[40];
	const char *tid;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	cleanup_listing struct io_listing list = io_list(AT_FDCWD, path);

	while ((tid = io_next_name(&list)))
		if (ask_name(pid, (pid_t)atoi(tid), fd, out, size))
			return;
}

/* All checks of sockets ask one after the other; the inode number in the text tells one socket from the next. */
const char *socket_name(const struct fd_look *l)
{
	static _Thread_local char text[48], name[48];

	if (strncmp(l->text, "socket:[", 8))
		return NULL;
	if (!strcmp(l->text, text))
		return name;
	snprintf(text, sizeof(text), "%s", l->text);
	if (!ask_name(l->pid, 0, l->fd, name, sizeof(name)))
		ask_threads(l->pid, l->fd, name, sizeof(name));
	return name;
}

int socket_is(const struct fd_look *l, const char *names)
{
	const char *name = socket_name(l);

	return name && words_have(names, name, strlen(name));
}

int kcmp_parts(pid_t a, pid_t b, int type)
{
	return (int)syscall(SYS_kcmp, a, b, type, 0, 0);
}
