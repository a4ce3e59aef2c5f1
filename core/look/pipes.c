/*
 * pipes.c - what pipes and FIFOs have in common: which open files are the same pipe, who else holds it, capacity, contents.
 *
 * A pipe is carried only when nobody outside the tree has a part in it. Whether the other end is closed or held elsewhere, the
 * kernel tells: poll(2) reports POLLERR on a write end without readers, POLLHUP on a read end without writers, and tee(2) of an
 * empty pipe says EAGAIN when somebody could still write. Who it is, only a walk over all processes tells.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/io.h"
#include "core/look/pipes.h"

static struct pipe_state *state_of(const struct file *f)
{
	return f->state;
}

/* The same pipe, while scanning (PIPE is not filled in yet) or in an image. */
static int same_pipe(const struct file *a, const struct file *b)
{
	const struct pipe_state *x = a->state, *y = b->state;

	if (a->kind != b->kind || !x || !y)
		return 0;
	return x->pipe && y->pipe ? x->pipe == y->pipe : x->ino == y->ino && x->dev == y->dev;
}

struct pipe_state *pipes_first(const struct model *m, const struct file *f)
{
	return state_of(m->files[state_of(f)->pipe - 1]);
}

static void note_ends(const struct model *m, const struct file *f)
{
	struct pipe_state *first = pipes_first(m, f);

	if (!first->source && flags_read(f->flags))
		first->source = f->id;
	if (!first->writer && flags_write(f->flags))
		first->writer = f->id;
	first->last = f->id;
}

int pipes_is_source(const struct model *m, const struct file *f)
{
	return pipes_first(m, f)->source == f->id;
}

int pipes_has_writer(const struct model *m, const struct file *f)
{
	for (size_t i = 0; i < m->nfiles; i++)
		if (flags_write(m->files[i]->flags) && same_pipe(m->files[i], f))
			return 1;
	return 0;
}

/* Are there ends of the other direction anywhere? FD is an end for one direction. 1, 0; -1: cannot be told. */
static int has_peer(int fd, int reads)
{
	struct pollfd p = { .fd = fd, .events = reads ? POLLIN : POLLOUT };
	int ends[2], n = 0, r = -1;

	if (poll(&p, 1, 0) < 0)
		return -1;
	if (!reads)
		return !(p.revents & POLLERR);
	if (p.revents & POLLHUP)
		return 0;
	if (ioctl(fd, FIONREAD, &n) || pipe2(ends, O_CLOEXEC))
		return -1;
	/* No hang-up seen: there is a writer, but for the reader of a FIFO that never saw one. */
	if (n)
		r = fcntl(fd, F_GETFL) & (int)LOOK_O_LARGEFILE ? -1 : 1;
	else if (!tee(fd, ends[1], 1, SPLICE_F_NONBLOCK))
		r = 0;
	else if (errno == EAGAIN)
		r = 1;
	close(ends[0]);
	close(ends[1]);
	return r;
}

/* ---- who holds it ---- */

/* The tree holds one direction only. */
static int look_peer(struct scan *s, const struct file *f, int reads)
{
	cleanup_fd int fd = look_copy_fd(f->pid, f->fd);
	int peer = fd < 0 ? -1 : has_peer(fd, reads), n = 0;

	/* Who opens it again through /proc, or a FIFO by its name, reads what the last reader has left. */
	if (!peer && !reads && ioctl(fd, FIONREAD, &n))
		peer = -1;
	if (n)
		return file_refuse(s->report, f, FINDING_REFUSED, "pipe", "read it first", "it holds %d bytes, and nobody is there to read them", n);
	if (!peer)
		return 0;
	if (peer > 0)
		return file_refuse(s->report, f, FINDING_REFUSED, "pipe", "dump the tree that holds both", "the other end is held outside the tree");
	return file_refuse(s->report, f, FINDING_REFUSED, "pipe", "",
			   "it cannot be told whether somebody outside the tree holds the other end%s", fd < 0 ? " (no right to look)" : "");
}

int pipes_relate(struct scan *s, struct file *f)
{
	const struct pipe_state *state = f->state, *first = pipes_first(s->model, f);
	int ends = (first->source ? S_IRUSR : 0) | (first->writer ? S_IWUSR : 0);

	ends = holders_relate(s, f, state->dev, state->ino, ends);
	return ends < 0 || ends == BOTH_ENDS ? ends : look_peer(s, f, ends & S_IRUSR);
}

/* Open files of the same inode stand together in the table that is sorted by it. */
static uint32_t first_of_pipe(const struct model *m, const struct file *f)
{
	for (size_t i = model_first_of_inode(m, f->ino); i < m->nfiles && m->sorted[i]->ino == f->ino; i++)
		if (m->sorted[i] != f && same_pipe(m->sorted[i], f))
			return state_of(m->sorted[i])->pipe;
	return f->id;
}

int pipes_look(struct scan *s, const struct fd_look *l, struct file *f, uint64_t dev, uint64_t ino)
{
	struct pipe_state *state = f->state;

	state->dev = dev;
	state->ino = ino;
	if (!state->path && !(state->path = arena_strdup(&s->model->arena, "")))
		return -1;
	state->pipe = first_of_pipe(s->model, f);
	note_ends(s->model, f);
	if (fdflags_look(s, l, PIPE_FLAGS) < 0)
		return -1;
	return l->pos ? look_refuse(s, l, "unknown", "", "a pipe that stands at a position") : 0;
}

/* ---- contents ---- */

static int capture_data(struct scan *s, struct file *f)
{
	struct pipe_state *state = f->state;
	uint64_t slots;

	if (pipe_data_measure(f->local_fd, &s->model->arena, state, &slots) < 0)
		return file_refuse(s->report, f, FINDING_REFUSED, "pipe", "", "%s", err_text());
	if (slots > state->capacity / (uint64_t)getpagesize())
		return file_refuse(s->report, f, FINDING_REFUSED, "pipe", "", "its contents (%" PRIu64 " bytes) came by splice and fit into no "
				   "pipe of the same size by writing", state->bytes);
	return 0;
}

/* Does this kernel make pipes for notifications (O_NOTIFICATION_PIPE, which is O_EXCL)? Asked once: ENOPKG is one without CONFIG_WATCH_QUEUE. */
static int may_notify(void)
{
	static int may = -1;
	int ends[2] = { -1, -1 };

	if (may < 0) {
		may = !pipe2(ends, O_EXCL | O_CLOEXEC) || (errno != ENOPKG && errno != EINVAL);
		io_close(&ends[0]);
		io_close(&ends[1]);
	}
	return may;
}

static int capture_capacity(struct scan *s, const struct file *f)
{
	int capacity = fcntl(f->local_fd, F_GETPIPE_SZ);

	if (capacity < 0)
		return fail("pid %d fd %d: size of the pipe", f->pid, f->fd);
	state_of(f)->capacity = (uint64_t)capacity;
	/* To set what is set changes nothing, but a pipe for notifications says EBUSY: nothing else tells of it. */
	if (!scan_is_newborn(s) && may_notify() && fcntl(f->local_fd, F_SETPIPE_SZ, capacity) < 0 && errno == EBUSY)
		return file_refuse(s->report, f, FINDING_REFUSED, "pipe", "", "a pipe for notifications of the kernel (watch_queue)");
	return 0;
}

static int look_at_use(const struct file *f, int64_t *s, int64_t *ns)
{
	struct stat st;

	if (fstat(f->local_fd, &st))
		return fail("pid %d fd %d: look at the %s", f->pid, f->fd, f->kind->name);
	*s = st.st_mtim.tv_sec;
	*ns = st.st_mtim.tv_nsec;
	return 0;
}

int pipes_capture(struct scan *s, struct file *f)
{
	if (state_of(f)->pipe == f->id && capture_capacity(s, f) < 0)
		return -1;
	state_of(f)->capacity = pipes_first(s->model, f)->capacity;
	if (fdflags_capture(s, f, S_IFIFO) < 0)
		return -1;
	if (!pipes_is_source(s->model, f))
		return 0;
	if (look_at_use(f, &state_of(f)->used_s, &state_of(f)->used_ns) < 0)
		return -1;
	return capture_data(s, f);
}

/* Anybody may open a FIFO by its name, and a pipe through /proc. As many bytes as before may be others. */
int pipes_again(const struct model *m, const struct file *f, const struct file *rebuilt)
{
	const struct pipe_state *state = f->state;
	int64_t s, ns;
	int n;

	if (rebuilt || !pipes_is_source(m, f))
		return 0;
	if (ioctl(f->local_fd, FIONREAD, &n))
		return fail("pid %d fd %d: bytes in the %s", f->pid, f->fd, f->kind->name);
	if (look_at_use(f, &s, &ns) < 0)
		return -1;
	return (uint64_t)n == state->bytes && (!n || (s == state->used_s && ns == state->used_ns)) ? 0 :
		fail_refused("process %d fd %d: somebody used the %s while it was being dumped: try again", f->pid, f->fd,
			     f->kind->name);
}

int pipes_dump(struct file *f, int (*put)(void *ctx, const void *data, size_t len), void *ctx)
{
	return state_of(f)->bytes ? pipe_data_dump(f->local_fd, f->state, put, ctx) : 0;
}

/* ---- restore ---- */

#define USUAL_CAPACITY 65536		/* see pipe(7) */

static int try_capacity(struct rebuild *r, struct file *f)
{
	int ends[2], ok;

	if (pipe2(ends, O_CLOEXEC))
		return fail("make a pipe");
	ok = fcntl(ends[1], F_SETPIPE_SZ, (int)state_of(f)->capacity) >= 0;
	close(ends[0]);
	close(ends[1]);
	return ok ? 0 : file_refuse(r->report, f, FINDING_REFUSED, "pipe", "raise /proc/sys/fs/pipe-max-size",
				    "a pipe of %" PRIu64 " bytes may not be made here", state_of(f)->capacity);
}

int pipes_preflight(struct rebuild *r, struct file *f)
{
	const struct pipe_state *state = f->state;
	const struct file *first = state->pipe && state->pipe <= f->id ? r->model->files[state->pipe - 1] : NULL;

	if (fdflags_check(f, PIPE_FLAGS) < 0)
		return -1;
	if (!first || first->kind != f->kind || state_of(first)->pipe != state->pipe || state_of(first)->capacity != state->capacity)
		return fail_image("open file %u: %u is not the number of its pipe", f->id, state->pipe);
	note_ends(r->model, f);
	if (f->pos || state->capacity < (uint64_t)getpagesize() || state->capacity > 1u << 31 ||
	    state->capacity & (state->capacity - 1))
		return fail_image("open file %u: a pipe of %" PRIu64 " bytes cannot be", f->id, state->capacity);
	if ((state->bytes || state->packets.n) && !pipes_is_source(r->model, f))
		return fail_image("open file %u: contents of a pipe in the wrong place", f->id);
	if (pipe_data_check(f, state) < 0)
		return -1;
	/* One of the usual size is made by anybody; if not after all, nothing else has been made by then. */
	return f == first && state->capacity > USUAL_CAPACITY ? try_capacity(r, f) : 0;
}

int pipes_reopen(int local_fd, uint32_t flags)
{
	char name[64];

	snprintf(name, sizeof(name), "/proc/self/fd/%d", local_fd);
	return open(name, (int)flags | O_CLOEXEC | O_NONBLOCK);
}

static int load_by_new_end(struct rebuild *r, struct file *f, const uint8_t *data, size_t len)
{
	cleanup_fd int fd = pipes_reopen(f->local_fd, O_WRONLY);

	if (fd < 0)
		return fail("open a pipe to fill it");
	return pipe_data_load(fd, &r->model->arena, f->state, data, len);
}

/* The tree's own end makes packets or blocks, or not: here it does neither. */
int pipes_load(struct rebuild *r, struct file *f, const uint8_t *data, size_t len)
{
	uint32_t writer = pipes_first(r->model, f)->writer;
	struct file *end = writer ? r->model->files[writer - 1] : NULL;

	if (!pipes_is_source(r->model, f))
		return fail_image("open file %u: contents of a pipe in the wrong place", f->id);
	if (!end)
		return load_by_new_end(r, f, data, len);
	/* What has been checked to fit does not block; but into a FIFO others may write. */
	if (!(end->flags & (O_NONBLOCK | O_DIRECT)) && !(state_of(f)->path && *state_of(f)->path))
		return pipe_data_load(end->local_fd, &r->model->arena, f->state, data, len);
	if (fcntl(end->local_fd, F_SETFL, O_NONBLOCK))
		return fail("open file %u: set its flags", end->id);
	return pipe_data_load(end->local_fd, &r->model->arena, f->state, data, len) < 0 ? -1 : fdflags_set(end);
}
