/*
 * fifo.c - named pipes: path, ends, capacity, contents.
 *
 *	/proc/41/fd/3 -> /run/job/requests	S_IFIFO
 *	flags:	0104000
 *
 * The first open file of a FIFO opens all of them at its turn: first for both directions, so that nothing blocks and the order
 * does not matter. A reader that has not seen a writer yet (it polls no hang-up) is opened when that one is closed again.
 *
 * fifo(7)
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/io.h"
#include "core/look/pipes.h"

static const struct field fifo_fields[] = {
	FIELD(struct pipe_state, path, STR),
	FIELD(struct pipe_state, pipe, U64),
	FIELD(struct pipe_state, quiet, BOOL),
	FIELD(struct pipe_state, capacity, U64),
	FIELD(struct pipe_state, bytes, U64),
	FIELD(struct pipe_state, packet_at, LIST),
	FIELD(struct pipe_state, packets, LIST),
	FIELD_END
};

static int fifo_match(const struct fd_look *l)
{
	return l->text[0] == '/' && l->have_stat && S_ISFIFO(l->st.st_mode) && !(l->flags & O_PATH);
}

static int fifo_look(struct scan *s, const struct fd_look *l, struct file *f)
{
	struct pipe_state *state = f->state;

	state->path = arena_strdup(&s->model->arena, l->text);
	if (!state->path || path_leads_to(s, l, "fifo") < 0)
		return -1;
	return pipes_look(s, l, f, l->st.st_dev, l->st.st_ino);
}

static int fifo_capture(struct scan *s, struct file *f)
{
	struct pipe_state *state = f->state;
	struct pollfd p = { .fd = f->local_fd };

	if (pipes_capture(s, f) < 0)
		return -1;
	if (pipes_has_writer(s->model, f))
		return 0;
	state->quiet = poll(&p, 1, 0) >= 0 && !(p.revents & POLLHUP);
	if (state->quiet && state->bytes)
		return file_refuse(s->report, f, FINDING_REFUSED, "fifo", "read it first", "a reader that has seen no writer, and data in the FIFO");
	return 0;
}

/* Under its name there may be none, or another one: the restore would not find it, or would find that. */
static int fifo_again(const struct model *m, const struct file *f, const struct file *rebuilt)
{
	const struct pipe_state *state = f->state;

	if (!rebuilt && pipes_first(m, f) == state && path_again(f, state->path) < 0)
		return -1;
	return pipes_again(m, f, rebuilt);
}

static int fifo_preflight(struct rebuild *r, struct file *f)
{
	const struct pipe_state *state = f->state;
	struct stat st;

	if (pipes_preflight(r, f) < 0)
		return -1;
	if (state->quiet && (pipes_has_writer(r->model, f) || state->bytes))
		return fail_image("open file %u: a FIFO cannot be in this state", f->id);
	return path_preflight(r, f, "fifo", state->path, S_IFIFO, &st) < 0 ? -1 : 0;
}

static int open_end(struct rebuild *r, struct file *f, const struct stat *holder)
{
	const struct pipe_state *state = f->state;
	struct stat st;

	f->local_fd = path_open_type(state->path, S_IFIFO, (f->flags & ~(uint32_t)O_DIRECT) | O_NONBLOCK, &st);
	if (f->local_fd < 0)
		return fail("open FIFO %s", look_quote(&r->model->arena, state->path));
	if (st.st_dev != holder->st_dev || st.st_ino != holder->st_ino)
		return fail_refused("%s was changed during the restore", look_quote(&r->model->arena, state->path));
	return fdflags_set(f);
}

static int open_ends(struct rebuild *r, const struct file *first, int quiet, const struct stat *holder)
{
	const struct pipe_state *state = first->state;

	for (size_t i = first->id - 1; i < state->last; i++) {
		struct file *f = r->model->files[i];
		const struct pipe_state *other = f->state;

		if (f->kind == first->kind && other->pipe == state->pipe && (int)other->quiet == quiet && open_end(r, f, holder) < 0)
			return -1;
	}
	return 0;
}

static int fifo_rebuild(struct rebuild *r, struct file *f)
{
	const struct pipe_state *state = f->state;
	const char *name = look_quote(&r->model->arena, state->path);
	struct stat st;
	int n = 0;

	if (f->local_fd >= 0)
		return 0;
	cleanup_fd int holder = path_open_type(state->path, S_IFIFO, O_RDWR | O_NONBLOCK, &st);

	if (holder < 0 || ioctl(holder, FIONREAD, &n))
		return fail("open FIFO %s", name);
	if (n)
		return fail_refused("FIFO %s holds %d bytes of somebody else", name, n);
	if (fcntl(holder, F_SETPIPE_SZ, (int)state->capacity) < 0)
		return fail("FIFO %s: set its size to %" PRIu64, name, state->capacity);
	if (open_ends(r, f, 0, &st) < 0)
		return -1;
	/* When nobody holds it, a FIFO forgets its size. */
	cleanup_fd int keeper = path_open_type(state->path, S_IFIFO, O_RDONLY | O_NONBLOCK, &st);

	if (keeper < 0)
		return fail("open FIFO %s", name);
	close(io_steal_fd(&holder));
	return open_ends(r, f, 1, &st);
}

const struct file_kind file_fifo = {
	.name = "fifo",
	.title = ROW_TEXT("named FIFOs"),
	.also = ROW_TEXT("mkfifo"),
	.how = ROW_TEXT("S_ISFIFO with a path; who else holds an end is found as for pipes"),
	.condition = ROW_TEXT("both ends are held inside the tree, or nobody has the other one"),
	.page = ROW_PAGE(
		"Named pipes (fifo(7)): path, ends, capacity and contents with packet boundaries.\n\n"
		"As a pipe, and it has a name by which outsiders may open it. Opening one waits for the other end, so at "
		"the restore it is opened for both directions first, and then each end as it was; a reader that has not "
		"seen a writer yet polls differently, and is made so that it does again. Contents are copied with tee(2), "
		"which takes nothing out.\n\n"
		"The descriptors of all processes are looked through for other holders, as nothing else tells them. Held "
		"outside: refused as pipe or fifo; and so is one that somebody writes to or reads from while the pages are being "
		"written."),
	.in_2009 = 'S',
	.inside = 1,
	.match = fifo_match,
	.fields = IF_IMAGE(fifo_fields),
	.size = sizeof(struct pipe_state),
	.look = fifo_look,
	.relate = pipes_relate,
	.needs_copy = 1,
	.capture = IF_INSIDE(fifo_capture),
	.dump_bulk = IF_DUMP(pipes_dump),
	.again = IF_DUMP(fifo_again),
	.preflight = IF_RESTORE(fifo_preflight),
	.rebuild = IF_RESTORE(fifo_rebuild),
	.load_bulk = IF_RESTORE(pipes_load),
};
