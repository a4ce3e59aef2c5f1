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
#include "core/base/search.h"
#include "core/base/words.h"
#include "core/look/outside.h"

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
		qsort(out->v, out->n, sizeof(*out->v), search_order);
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

		if (!pid || (pid_t)pid == self || (kernel.n && bsearch(&pid, kernel.v, kernel.n, sizeof(*kernel.v), search_order)))
			continue;
		if (!arena_grow(a, &list->v, list->n, &cap, sizeof(*list->v)))
			return NULL;
		list->v[list->n++] = pid;
	}
	return errno && fail("read /proc") ? NULL : list;
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
	int r = proc_open(pid, &dir);

	if (!r)
		return proc_lives(dir);
	err_clear();
	return r < 0;		/* that cannot be told */
}

/* ---- namespaces ---- */

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
