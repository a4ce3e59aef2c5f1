/*
 * run.c - descriptors: from /proc/PID/fd to open file descriptions, each of exactly one kind.
 *
 * Two descriptors are one description when kcmp(2) says so; it orders them too, so a sorted table finds them fast. What no kind matches
 * is refused: under the name of the check that claims it, else as unknown.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "core/base/io.h"
#include "core/base/thread.h"
#include "core/look/look.h"
#include "core/look/mounts.h"
#include "core/proc/proc.h"
#include "core/unit.h"

#ifndef PIDFD_THREAD
#define PIDFD_THREAD O_EXCL
#endif

/* ---- which description ---- */

/* <0, 0, >0 like strcmp; 3 from the kernel means "cannot be ordered", which no kernel says today. -1000: recorded. */
static int compare_files(const struct file *known, pid_t tid, int fd, const struct proc_fdinfo *info)
{
	uint32_t mode = known->flags & O_ACCMODE, other = info->flags & O_ACCMODE;
	uint64_t ino = info->ino, mnt = info->mnt_id;
	long ret;

	if (known->ino != ino)
		return known->ino < ino ? -1 : 1;
	if (known->dev != mnt)
		return known->dev < mnt ? -1 : 1;
	if (mode != other)		/* which no call changes */
		return mode < other ? -1 : 1;
	ret = look_compare(known, tid, fd);
	if (ret < 0 || ret > 2) {
		fail("kcmp of pid %d fd %d and pid %d fd %d", known->tid, known->fd, tid, fd);
		return -1000;
	}
	return ret == 0 ? 0 : ret == 1 ? -1 : 1;
}

/* Position of the description in the sorted table; *FOUND tells whether it is there. -1 recorded. */
static long find_file(struct model *m, pid_t tid, int fd, const struct proc_fdinfo *info, int *found)
{
	size_t low = 0, high = m->nfiles;

	*found = 0;
	while (low < high) {
		size_t mid = (low + high) / 2;
		int order = compare_files(m->sorted[mid], tid, fd, info);

		if (order == -1000)
			return -1;
		if (order == 0) {
			*found = 1;
			return (long)mid;
		}
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return (long)low;
}

static struct file *add_file(struct model *m, size_t at)
{
	size_t cap = m->files_cap;
	struct file *f = arena_alloc(&m->arena, sizeof(*f));

	if (!f || !arena_grow(&m->arena, &m->files, m->nfiles, &m->files_cap, sizeof(*m->files)) ||
	    !arena_grow(&m->arena, &m->sorted, m->nfiles, &cap, sizeof(*m->sorted)))
		return NULL;
	memmove(m->sorted + at + 1, m->sorted + at, (m->nfiles - at) * sizeof(*m->sorted));
	m->sorted[at] = m->files[m->nfiles++] = f;
	f->id = (uint32_t)m->nfiles;
	f->local_fd = -1;
	return f;
}

/* ---- which kind ---- */

static int known_key(const struct file_kind *kind, const char *key)
{
	for (const char *const *k = kind->keys; k && *k; k++)
		if (!strcmp(*k, key))
			return 1;
	return 0;
}

static const struct check *claiming_check(const struct fd_look *l)
{
	const struct check *c = *l->fstype ? NULL : look_check_of(l->text);

	for (int i = 0; !c && checks[i]; i++)
		if (checks[i]->claims && checks[i]->claims(l))
			c = checks[i];
	return c;
}

static int refuse_fd(struct scan *s, const struct fd_look *l, struct file *f)
{
	const struct check *c = claiming_check(l);

	if (c && c->describe) {
		f->refused = c;
		return 0;
	}
	if (c)
		return look_refuse(s, l, c->name, c->remedy, "%s (%s)", c->meaning, l->text);
	return look_refuse(s, l, "unknown", "close it before", "no unit of this cr knows this kind of file: %s on %s", l->text,
			   *l->fstype ? l->fstype : "no mount");
}

/* One that was left for when the whole tree is known: refused whatever its check says of it. */
static int describe_refused(struct scan *s, const struct file *f)
{
	cleanup_buf struct buf text = { 0 };

	if (f->refused->describe(s, f, &text) < 0)
		return -1;
	if (!text.len)
		buf_printf(&text, "%s (%s)", f->refused->meaning, f->text);
	if (buf_check(&text))
		return -1;
	return file_refuse(s->report, f, FINDING_REFUSED, f->refused->name, f->refused->remedy, "%s", text.p);
}

int files_relate(struct scan *s)
{
	for (size_t i = 0; i < s->model->nfiles; i++) {
		struct file *f = s->model->files[i];
		int ret = 0;

		if (f->refused)
			ret = describe_refused(s, f);
		else if (f->kind && f->kind->relate)
			ret = f->kind->relate(s, f);
		if (ret < 0)
			return fail_context("fd %d of process %d", f->fd, f->pid);
	}
	return 0;
}

static int check_keys(struct scan *s, const struct fd_look *l, const struct file_kind *kind)
{
	for (size_t i = 0; i < l->info->other.n; i++) {
		const struct proc_pair *pair = &l->info->other.v[i];

		if (!known_key(kind, pair->key) &&
		    look_refuse(s, l, "unknown", "close it before", "fdinfo says '%s: %s', which no unit of this cr knows", pair->key,
				pair->value) < 0)
			return -1;
	}
	return 0;
}

static const struct file_kind *match_kind(const struct fd_look *l)
{
	for (int i = 0; file_kinds[i]; i++)
		if (file_kinds[i]->match(l))
			return file_kinds[i];
	return NULL;
}

static int fill_file(struct scan *s, const struct fd_look *l, pid_t tid, struct file *f)
{
	f->pid = l->pid;
	f->tid = tid;
	f->fd = l->fd;
	f->text = arena_strdup(&s->model->arena, l->text);
	f->flags = l->flags & ~(uint32_t)(O_CLOEXEC | FASYNC);	/* of the descriptor; carried by nobody, see fdflags_look() */
	f->pos = l->pos;
	f->ino = l->info->ino;
	f->dev = (uint64_t)l->mnt_id;
	f->kind = match_kind(l);
	if (!f->text)
		return -1;
	if (!f->kind)
		return refuse_fd(s, l, f);
	f->state = arena_alloc(&s->model->arena, f->kind->size);
	if (!f->state || check_keys(s, l, f->kind) < 0)
		return -1;
	return f->kind->look ? f->kind->look(s, l, f) : 0;
}

/* ---- one descriptor ---- */

/*
 * stat() of a network file would ask its server, which may be dead: only where the mount is known to be local, or where the file is of
 * no mount at all. A path without a mount is of a mount that we cannot see.
 */
static int is_safe_to_stat(const struct fd_look *l)
{
	if (*l->fstype)
		return fs_is_safe(l->fstype);
	return *l->text != '/' || !strncmp(l->text, "/memfd:", 7) || !strncmp(l->text, "/secretmem ", 11) || !strncmp(l->text, "/dmabuf:", 8);
}

/* It would cost as much as the text. */
static int text_tells_all(const struct fd_look *l)
{
	return !*l->fstype && !strncmp(l->text, "pipe:[", 6);
}

/* The kernel tells no path of 4096 bytes or more: then there is no text, and nothing else may be taken for it. */
static int refuse_path(struct scan *s, const struct fd_look *l)
{
	const char *why = arena_strdup(&s->model->arena, err_text());

	err_clear();
	return why ? look_refuse(s, l, "unknown", "close it before", "its path cannot be read: %s", why) : -1;
}

static int look_fd(struct scan *s, int dir, int fd, struct fd_look *l, struct buf *text)
{
	static int pipes = -1;		/* the mount of all pipes (pipefs in fs/pipe.c), which cannot be mounted again; -1: there was none yet */
	int is_pipe = l->info->has_ino && l->mnt_id == pipes, ret;
	char name[32];

	l->fstype = is_pipe ? "" : mount_fstype(s->mounts, l->mnt_id);
	if (is_pipe) {			/* there may be thousands */
		buf_printf(text, "pipe:[%" PRIu64 "]", l->info->ino);
		l->text = text->p;
		return buf_check(text) ? PROC_ERROR : 0;
	}
	snprintf(name, sizeof(name), "fd/%d", fd);
	ret = proc_read_link(dir, name, text);
	if (ret)
		return ret > 0 ? PROC_GONE : PROC_ERROR;
	l->text = text->p;
	if (text_tells_all(l))
		pipes = l->mnt_id;
	else if (is_safe_to_stat(l))
		l->have_stat = fstatat(dir, name, &l->st, 0) == 0;
	return 0;
}

/* FDINFO: its text; "": it has to be read. */
static int add_fd(struct scan *s, struct task *t, pid_t tid, int dir, int fd, const char *fdinfo)
{
	struct model *m = s->model;
	struct proc_fdinfo info;
	cleanup_buf struct buf text = { 0 };
	struct fd_look l = { .pid = t->pid, .fd = fd, .info = &info };
	struct fd *slot;
	struct file *f;
	long at;
	int found, ret = *fdinfo ? proc_fdinfo_parse(&m->arena, fdinfo, &info) : proc_read_fdinfo(dir, (unsigned)fd, &m->arena, &info);

	if (ret)
		return ret;
	l.flags = info.flags;
	l.pos = (uint64_t)info.pos;
	l.mnt_id = (int)info.mnt_id;
	ret = look_fd(s, dir, fd, &l, &text);
	if (ret)
		return ret > 0 ? ret : refuse_path(s, &l);
	at = find_file(m, tid, fd, &info, &found);
	/* Somebody has ended: this one, or who had the description first; then all has to be looked at again. */
	if (at < 0)
		return scan_is_frozen(s) || proc_lives(dir) ? -1 : (err_clear(), PROC_GONE);
	f = found ? m->sorted[at] : add_file(m, (size_t)at);
	slot = f ? arena_grow(&m->arena, &t->fds, t->nfds, &t->fds_cap, sizeof(*slot)) : NULL;
	if (!slot || (!found && fill_file(s, &l, tid, f) < 0))
		return -1;
	t->nfds++;
	*slot = (struct fd) { (uint32_t)fd, !!(info.flags & O_CLOEXEC), f->id - 1 };
	return 0;
}

/* ---- the descriptors of a process ---- */

#define WINDOW 512			/* descriptors that are read before the model takes them */
#define TEXT_MAX 128			/* bytes of fdinfo that are kept: only few kinds have more */

struct window {
	int dir;			/* of the process */
	const uint64_t *fds;
	char (*texts)[TEXT_MAX];	/* "": not kept */
};

/* By one of two threads of ours, see thread_share(). */
static int read_one(void *ctx, size_t i)
{
	const struct window *w = ctx;
	cleanup_buf struct buf text = { 0 };
	int ret = proc_read_fdinfo_text(w->dir, (unsigned)w->fds[i], &text);

	w->texts[i][0] = '\0';
	if (!ret && text.len && text.len < TEXT_MAX)
		memcpy(w->texts[i], text.p, text.len + 1);
	return ret;
}

/* The first N of the window. */
static int add_window(struct scan *s, struct task *t, pid_t tid, struct window *w, size_t n)
{
	int ret = thread_share(read_one, w, n);

	for (size_t i = 0; !ret && i < n; i++) {
		ret = add_fd(s, t, tid, w->dir, (int)w->fds[i], w->texts[i]);
		if (ret > 0 && !scan_is_frozen(s))
			ret = 0;
	}
	return ret;
}

static int add_fds(struct scan *s, struct task *t, pid_t tid, int dir, const struct u64_list *fds)
{
	size_t n, max = fds->n < WINDOW ? fds->n : WINDOW;
	struct window w = { .dir = dir, .texts = malloc(max * sizeof(*w.texts)) };
	int ret = w.texts || !max ? 0 : fail("memory for the descriptors of %d", t->pid);

	for (size_t i = 0; !ret && i < fds->n; i += n) {
		n = fds->n - i < max ? fds->n - i : max;
		w.fds = fds->v + i;
		ret = add_window(s, t, tid, &w, n);
	}
	free(w.texts);
	return ret;
}

/* A zombie leader shows no descriptors: its threads do. */
int files_look(struct scan *s, struct task *t)
{
	struct u64_list fds = { 0 };
	const struct thread *who = model_speaker(t);
	int dir, ret = task_folder(s, t, who, &dir);

	if (!ret)
		ret = proc_read_numbers(dir, "fdinfo", &s->model->arena, &fds);	/* not "fd": to list it is to make it, and pipes want only this */
	/* Who is about to end has given them back already; who may not be looked at is an error. */
	if (ret == PROC_ABSENT)
		return PROC_GONE;
	return ret ? ret : add_fds(s, t, who->tid, dir, &fds);
}

/* ---- inside the frozen tree ---- */

/* PIDFD is of PID: the files of one task come one after the other. */
static int copy_fd(struct file *f, int *pidfd, pid_t *pid)
{
	if (*pid != f->tid) {
		io_close(pidfd);
		/* A leader that has exited has no table: then the thread is asked (Linux 6.9). */
		*pidfd = (int)syscall(SYS_pidfd_open, f->tid, f->tid == f->pid ? 0 : PIDFD_THREAD);
		if (*pidfd < 0 && errno == EINVAL && f->tid != f->pid)
			return fail_refused("process %d: its leader has exited, and this kernel gives no descriptor of a thread (Linux 6.9)", f->pid);
		if (*pidfd < 0)
			return fail("pidfd_open %d", f->pid);
		*pid = f->tid;
	}
	f->local_fd = (int)syscall(SYS_pidfd_getfd, *pidfd, f->fd, 0);
	if (f->local_fd < 0)
		return fail("copy of fd %d of %d", f->fd, f->pid);
	return 0;
}

int files_capture(struct scan *s)
{
	cleanup_fd int pidfd = -1;
	pid_t pid = 0;

	for (size_t i = 0; i < s->model->nfiles; i++) {
		struct file *f = s->model->files[i];

		if (!f->kind || !f->kind->needs_copy)
			continue;
		if (copy_fd(f, &pidfd, &pid) < 0 || (f->kind->capture && f->kind->capture(s, f) < 0))
			return -1;
	}
	return 0;
}
