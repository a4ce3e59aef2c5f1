/*
 * holders.c - who holds which pipe, or an open file that others have, too: one walk over the descriptors of all processes.
 *
 *	/proc/41/fd/1 -> pipe:[92411]
 *	/proc/77/fd/0 -> /run/initctl				a FIFO; stat tells
 *	/proc/78/fd/1 -> /var/log/job.log			a file; kcmp tells whether it is the same description
 *
 * What the tree itself holds was seen when its descriptors were: its processes are left out, unless the walk serves many trees. Those
 * that the tree has made since then may read and write it; of a process outside, that it holds it is enough.
 *
 * proc_pid_fd(5), kcmp(2), pidfd_getfd(2)
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/kcmp.h>
#include <linux/stat.h>

#include "core/base/io.h"
#include "core/base/search.h"
#include "core/look/look.h"
#include "core/look/outside.h"
#include "core/proc/proc.h"


#ifndef AT_STATX_DONT_SYNC
#define AT_STATX_DONT_SYNC 0x4000
#endif

#define ONE_THREAD 3			/* links of a task directory with one thread in it */
#define DEPTH_MAX 4096			/* of a process tree: no look goes on for ever */

struct walk {
	struct holders *holders;
	int proc;			/* /proc */
	pid_t pid, tid;
	int taskfd;			/* /proc/PID or /proc/PID/task/TID */
};

#define PATHS UINT64_MAX		/* of a holder: the device of all that has a path and is no FIFO */

/* So much of a path as is looked at; who has the same may have the same file. */
#define PATH_PART 255

static __attribute__((noinline)) uint64_t path_sum(const char *path)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < PATH_PART && path[i]; i++)
		sum = sum * 31 + (unsigned char)path[i];
	return sum;
}

/* A dead server hangs a stat, but not one that takes what is cached. 1: a FIFO. */
static int is_fifo(int dirfd, const char *name, struct holder *h)
{
	struct stat st;
	struct statx stx;

	if (syscall(SYS_statx, dirfd, name, AT_STATX_DONT_SYNC, STATX_TYPE | STATX_INO, &stx))
		return 0;
	if (!S_ISFIFO(stx.stx_mode))
		return 0;
	if (fstatat(dirfd, name, &st, 0))	/* for st_dev as others have it; a FIFO that is open needs no server */
		return 0;
	h->dev = st.st_dev;
	h->ino = st.st_ino;
	return 1;
}

static int add(struct walk *w, const struct holder *h)
{
	struct holders *list = w->holders;

	if (!arena_grow(list->arena, &list->v, list->n, &list->cap, sizeof(*list->v)))
		return -1;
	list->v[list->n++] = *h;
	return 0;
}

/* Of what could not be seen. 1: nothing of this process may be; 0: it is gone, or its path is too long for anybody; -1. */
static int unseen(struct walk *w)
{
	int r = errno == ENAMETOOLONG ? 0 : proc_unseen(w->pid);

	if (r > 0 && !w->holders->unreadable)
		w->holders->unreadable = w->pid;
	return r;
}

/* The same, where more of it may be seen: 0, -1. */
static int missed(struct walk *w)
{
	return unseen(w) < 0 ? -1 : 0;
}

/* As unseen(). */
static int see(struct walk *w, int fds, const char *name)
{
	struct holder h = { .pid = w->pid, .tid = w->tid, .fd = atoi(name) };
	struct proc_inode_link link;
	struct stat st;
	char text[PATH_PART + 1];
	ssize_t n = readlinkat(fds, name, text, sizeof(text) - 1);

	if (n < 0)
		return unseen(w);
	text[n] = '\0';
	if (!strncmp(text, "pipe:[", 6)) {
		if (proc_inode_link_parse(text, &link) < 0)
			return -1;
		h.ino = link.inode;
	} else if (text[0] != '/') {
		return 0;
	} else if (!w->holders->fifos || !is_fifo(fds, name, &h)) {
		h.dev = PATHS;
		h.ino = path_sum(text);
		return add(w, &h);
	}
	/* The link itself shows what it is open for: r-x, -wx, rwx; nothing for O_PATH. */
	if (fstatat(fds, name, &st, AT_SYMLINK_NOFOLLOW))
		return missed(w);
	h.ends = st.st_mode & BOTH_ENDS;
	/* O_PATH of a FIFO is no more than its name, which anybody may know; to a pipe there is no other way. */
	return h.dev && !h.ends ? 0 : add(w, &h);
}

static int walk_table(struct walk *w)
{
	cleanup_listing struct io_listing list = io_list(w->taskfd, "fd");
	const char *name;
	int r = 0;

	while (list.fd >= 0 && !r && (name = io_next_name(&list)))
		r = see(w, list.fd, name);
	if (list.fd < 0 || (!r && errno))
		return missed(w);
	return r < 0 ? -1 : 0;
}

/* Threads may have a descriptor table of their own; a leader that has exited has none. */
static int walk_threads(struct walk *w, int procfd)
{
	cleanup_listing struct io_listing list = io_list(procfd, "task");
	const char *name;
	int r = 0;

	while (list.fd >= 0 && !r && (name = io_next_name(&list))) {
		pid_t tid = atoi(name);
		long other = tid <= 0 || tid == w->pid ? 0 : syscall(SYS_kcmp, w->pid, tid, KCMP_FILES, 0, 0);
		int taskfd;

		if (!other || (other < 0 && errno == EPERM && unseen(w)))
			continue;
		taskfd = openat(list.fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (taskfd < 0) {
			r = missed(w);
			continue;
		}
		w->tid = tid;
		w->taskfd = taskfd;
		r = walk_table(w);
		close(taskfd);
	}
	return !r && errno ? missed(w) : r;
}

static int walk_process(struct walk *w, const char *name)
{
	cleanup_fd int procfd = openat(w->proc, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat st;
	char c;
	int alone;

	if (procfd < 0)
		return missed(w);
	alone = !fstatat(procfd, "task", &st, 0) && st.st_nlink == ONE_THREAD;
	/* A thread of the kernel's own, which executes no program, or who has ended. */
	if (alone && readlinkat(procfd, "exe", &c, 1) < 0 && errno == ENOENT)
		return 0;
	w->taskfd = procfd;
	if (walk_table(w) < 0)
		return -1;
	return alone ? 0 : walk_threads(w, procfd);
}

static int walk_all(struct scan *s, struct holders *list)
{
	struct walk w = { .holders = list };
	cleanup_listing struct io_listing proc = io_list(AT_FDCWD, "/proc");
	pid_t self = getpid();
	const char *name;

	if (proc.fd < 0)
		return fail("read /proc");
	w.proc = proc.fd;
	while ((name = io_next_name(&proc))) {
		w.pid = w.tid = atoi(name);
		if (w.pid <= 0 || w.pid == self || (!s->outside->for_many && model_task(s->model, w.pid)))
			continue;
		if (walk_process(&w, name) < 0)
			return -1;
	}
	return errno ? fail("read /proc") : 0;
}

static struct holders *read_all(struct scan *s, int fifos)
{
	struct arena *a = &s->outside->arena;
	struct holders *list = arena_alloc(a, sizeof(*list));

	if (!list)
		return NULL;
	list->arena = a;
	list->fifos = fifos;
	if (!fifos && scan_is_newborn(s))
		return list;		/* a pipe that was just made can be opened by nobody */
	if (walk_all(s, list) < 0)
		return NULL;
	qsort(list->v, list->n, sizeof(*list->v), search_order);
	return list;
}

/*
 * All descriptors of pipes and paths, and of FIFOS when asked for, of all processes but our own and the tree's: one walk for a whole scan.
 * That without FIFOs is the cheaper one by far, and mostly enough.
 */
static struct holders *holders_read(struct scan *s, int fifos)
{
	struct outside *o = s->outside;

	if (!o->holders || (fifos && !o->holders->fifos))
		o->holders = read_all(s, fifos);
	return o->holders;
}

/* ---- what one of them is to a tree ---- */

/* A tree is found task by task, and not all of it is in the model yet: what counts is that the root is above. */
static int is_inside(const struct scan *s, pid_t pid)
{
	const struct model *m = s->model;
	pid_t root = m->ntasks ? m->tasks[0]->pid : 0;
	struct proc_stat st = { .ppid = pid };

	if (scan_is_frozen(s) && s->remote_of)
		return s->remote_of(s->remote_ctx, pid) != NULL;
	if (model_task(m, pid))
		return 1;
	for (int depth = 0; depth < DEPTH_MAX && st.ppid > 1 && st.ppid != root; depth++) {
		if (proc_stat_of(st.ppid, &st)) {
			err_clear();
			return 0;
		}
	}
	return root && st.ppid == root;
}

long look_compare(const struct file *f, pid_t tid, int fd)
{
	return syscall(SYS_kcmp, f->tid, tid, KCMP_FILE, (unsigned long)f->fd, (unsigned long)fd);
}

/* It may have been closed; whatever else is in the way, it may be the same. */
static int is_other(const struct file *f, const struct holder *h)
{
	long ret = look_compare(f, h->tid, h->fd);

	return ret > 0 || (ret < 0 && (errno == ESRCH || errno == EBADF));
}

int holders_relate(struct scan *s, const struct file *f, uint64_t dev, uint64_t ino, int ends)
{
	const struct holders *list = holders_read(s, dev && dev != PATHS);

	if (!list)
		return -1;
	for (size_t i = SEARCH_SORTED(list->v, list->n, ino, ino); i < list->n && list->v[i].ino == ino; i++) {
		const struct holder *h = &list->v[i];

		if (h->dev != dev || (dev == PATHS && is_other(f, h)))
			continue;
		if (!is_inside(s, h->pid))
			return file_refuse(s->report, f, FINDING_REFUSED, f->kind->name, "dump the tree that holds both", "it is held outside the "
					   "tree, too, by process %d", h->pid) < 0 ? -1 : BOTH_ENDS;
		ends |= h->ends;
	}
	if (list->unreadable && ends == BOTH_ENDS &&
	    report_add(s->report, FINDING_NOTE, f->kind->name, 0, 0, "", "", "process %d, and maybe others, cannot be looked into: what is held "
		       "there, too, would be cut off", list->unreadable) < 0)
		return -1;
	return ends;
}

int holders_relate_position(struct scan *s, struct file *f)
{
	if ((f->flags & (O_ACCMODE | O_APPEND)) == (O_WRONLY | O_APPEND))
		return 0;
	return holders_relate(s, f, PATHS, path_sum(f->text), BOTH_ENDS);
}

int look_copy_fd(pid_t pid, int fd)
{
	cleanup_fd int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);

	return pidfd < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);
}
