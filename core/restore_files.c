/*
 * restore_files.c - open file descriptions are made by us, under numbers that no task will use; tasks inherit them, and put them in place
 * with dup3(2).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/io.h"
#include "core/proc/text.h"
#include "core/restore.h"

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

/* The numbers that tasks use: all others are ours. A process may use its very last one, so ours have to lie in between. */
struct numbers {
	uint64_t *used;			/* bit N % 64 of word N / 64 */
	unsigned last;			/* of those */
	unsigned next;			/* no free one of ours is below */
};

/* The highest number that a task uses; at least our own standard ones. */
static unsigned last_number(const struct model *m)
{
	unsigned last = STDERR_FILENO;

	for (size_t i = 0; i < m->ntasks; i++)
		if (m->tasks[i]->nfds && m->tasks[i]->fds[m->tasks[i]->nfds - 1].fd > last)
			last = m->tasks[i]->fds[m->tasks[i]->nfds - 1].fd;
	return last;
}

static int numbers_find(struct numbers *n, struct model *m)
{
	n->last = last_number(m);
	n->next = STDERR_FILENO;
	n->used = arena_alloc(&m->arena, (n->last / 64 + 1) * sizeof(*n->used));
	if (!n->used)
		return -1;
	n->used[0] = 7;			/* our own standard ones stay where they are */
	for (size_t i = 0; i < m->ntasks; i++)
		for (size_t j = 0; j < m->tasks[i]->nfds; j++)
			n->used[m->tasks[i]->fds[j].fd / 64] |= 1ull << m->tasks[i]->fds[j].fd % 64;
	return 0;
}

static int is_used(const struct numbers *n, unsigned fd)
{
	return fd <= n->last && n->used[fd / 64] >> fd % 64 & 1;
}

/* So many at most are open in us at once. */
static size_t ours(const struct model *m)
{
	return m->nfiles + m->nmapped + 2 * m->ntasks + 64;
}

/* How many numbers there have to be. */
static size_t needed(const struct model *m, const struct numbers *n)
{
	size_t more = ours(m), need = 0;

	for (; more; need++)
		more -= !is_used(n, (unsigned)need);
	return need > n->last ? need : n->last + 1;
}

int restore_look_limit(struct restore *r)
{
	struct numbers n;
	struct rlimit rl, raised;

	if (numbers_find(&n, &r->model) < 0)
		return -1;
	if (prlimit(0, RLIMIT_NOFILE, NULL, &rl) < 0)
		return fail("ask for the limit of open files of cr");
	raised = rl;
	raised.rlim_cur = needed(&r->model, &n);
	if (rl.rlim_cur >= raised.rlim_cur)
		return 0;
	if (raised.rlim_max < raised.rlim_cur)
		raised.rlim_max = raised.rlim_cur;
	if (!prlimit(0, RLIMIT_NOFILE, &raised, NULL))
		return 0;
	return report_refuse(r->rebuild.report, "privilege", 0, "", "raise it with ulimit -n, or give cr CAP_SYS_RESOURCE",
			     "%llu descriptors are needed at once, the hard limit of open files is %llu",
			     (unsigned long long)raised.rlim_cur, (unsigned long long)rl.rlim_max);
}

static void raise_limit(int resource)
{
	struct rlimit rl;

	if (prlimit(0, resource, NULL, &rl) == 0) {
		rl.rlim_cur = rl.rlim_max;
		prlimit(0, resource, &rl, NULL);
	}
}

/*
 * The kernel makes a descriptor table larger at once, unless threads share it: then each time it waits for a grace period of RCU, some
 * 16 ms. See expand_fdtable() in fs/file.c.
 *
 * What we make has our limits until it gets its own: where our memory is limited only softly, there is room, too.
 */
void restore_make_room(const struct model *m)
{
	size_t need = ours(m) + last_number(m);
	struct rlimit rl;
	int fd;

	raise_limit(RLIMIT_AS);
	raise_limit(RLIMIT_DATA);
	if (prlimit(0, RLIMIT_NOFILE, NULL, &rl) < 0)
		return;
	if (need > rl.rlim_max)
		need = rl.rlim_max;	/* what that means is said by restore_look_limit() */
	if (need > rl.rlim_cur) {
		rl.rlim_cur = need;
		prlimit(0, RLIMIT_NOFILE, &rl, NULL);
	}
	fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, (int)need - 1);
	if (fd >= 0)
		close(fd);
}

/* Moves *FD to a number that is ours. F_DUPFD takes the next one that is free here, whoever wants it there. */
static int lift(int *fd, struct numbers *n)
{
	while (*fd >= 0 && is_used(n, (unsigned)*fd)) {
		int moved;

		while (is_used(n, n->next))
			n->next++;
		moved = fcntl(*fd, F_DUPFD_CLOEXEC, (int)n->next);
		if (moved < 0)
			return fail("move descriptor %d", *fd);
		n->next = (unsigned)moved;
		if (is_used(n, (unsigned)moved)) {
			close(moved);
			continue;
		}
		close(*fd);
		*fd = moved;
	}
	return 0;
}

int restore_open_files(struct restore *r)
{
	struct numbers n;

	if (numbers_find(&n, &r->model) < 0)
		return -1;
	for (size_t i = 0; i < r->model.nmapped; i++)
		if (lift(&r->model.mapped[i]->local_fd, &n) < 0)
			return -1;
	for (size_t i = 0; i < r->model.nfiles; i++) {
		struct file *f = r->model.files[i];

		if (f->kind->rebuild(&r->rebuild, f) < 0 || lift(&f->local_fd, &n) < 0)
			return fail_context("open file %u (%s)", f->id, f->kind->name);
	}
	return 0;
}

/* "files/ID/NUMBER": contents of pipes and the like, in front of all pages. */
int restore_load_files(struct restore *r)
{
	int ret;

	while ((ret = restore_next(r)) > 0 && !strncmp(r->member.name, "files/", 6)) {
		const char *p = r->member.name + 6;
		uint64_t id;
		struct file *f = !text_u64(&p, 10, &id) && *p == '/' && id && id <= r->model.nfiles ? r->model.files[id - 1] : NULL;

		if (!f || !f->kind->load_bulk)
			return fail_image("%s: no open file of this image has such content", r->member.name);
		if (f->kind->load_bulk(&r->rebuild, f, r->member.data, r->member.len) < 0)
			return fail_context("open file %u (%s)", f->id, f->kind->name);
	}
	r->have_member = ret > 0;
	return ret < 0 ? -1 : 0;
}

/* ---- descriptor tables ---- */

static int flush_table(struct batch *b)
{
	if (batch_capacity(b))
		return 0;
	return batch_run(b) < 0 ? -1 : batch_begin(b, b->thread);
}

/* First all that are wanted, since ours lie between them; then what lies between, and everything above, goes. B is left to be run. */
static int make_table(struct restore *r, struct task *t, struct batch *b)
{
	unsigned next = 0;

	if (batch_begin(b, model_speaker(t)->remote) < 0)
		return -1;
	for (size_t i = 0; i < t->nfds; i++) {
		const struct fd *fd = &t->fds[i];

		if (flush_table(b) < 0)
			return -1;
		batch_call(b, "dup3", SYS_dup3, (uint64_t)r->model.files[fd->file]->local_fd, fd->fd, fd->cloexec ? O_CLOEXEC : 0, 0, 0, 0);
	}
	for (size_t i = 0; i < t->nfds; next = t->fds[i++].fd + 1) {
		if (t->fds[i].fd == next)
			continue;
		if (flush_table(b) < 0)
			return -1;
		batch_call(b, "close_range", SYS_close_range, next, t->fds[i].fd - 1, 0, 0, 0, 0);
	}
	if (flush_table(b) < 0)
		return -1;
	batch_call(b, "close_range", SYS_close_range, next, ~0u, 0, 0, 0, 0);
	return 0;
}

int restore_tables(struct restore *r)
{
	struct batch b[BATCHES_MAX], *all[BATCHES_MAX];
	size_t n = 0;

	for (size_t i = 0; i < r->model.ntasks; i++) {
		if (!r->model.tasks[i]->mm)
			continue;
		if (make_table(r, r->model.tasks[i], &b[n]) < 0)
			return fail_context("descriptors of process %d", r->model.tasks[i]->pid);
		all[n] = &b[n];
		if (++n < BATCHES_MAX)
			continue;
		if (batch_run_together(all, n) < 0)
			return -1;
		n = 0;
	}
	return batch_run_together(all, n);
}
