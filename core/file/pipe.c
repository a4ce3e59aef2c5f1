/*
 * pipe.c - anonymous pipes: ends, capacity, contents with packet boundaries, closed ends.
 *
 *	/proc/41/fd/1 -> pipe:[92411]
 *	flags:	01
 *
 * Each end may have several descriptions (opened again through /proc), one may be for both directions. The first open file of
 * a pipe makes all of them at its turn, so that the end nobody holds can be closed at once.
 *
 * pipe(7), pipe(2)
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/io.h"
#include "core/look/pipes.h"
#include "core/proc/proc.h"

static const struct field pipe_fields[] = {
	FIELD(struct pipe_state, pipe, U64),
	FIELD(struct pipe_state, capacity, U64),
	FIELD(struct pipe_state, bytes, U64),
	FIELD(struct pipe_state, packet_at, LIST),
	FIELD(struct pipe_state, packets, LIST),
	FIELD(struct pipe_state, uid, U64),
	FIELD(struct pipe_state, gid, U64),
	FIELD(struct pipe_state, mode, OCT),
	FIELD_UNEQUAL(struct pipe_state, ino, U64, "the kernel numbers pipes anew"),
	FIELD_END
};

static int pipe_match(const struct fd_look *l)
{
	return !strncmp(l->text, "pipe:[", 6) && !l->fstype[0] && !(l->flags & O_PATH);
}

static int pipe_look(struct scan *s, const struct fd_look *l, struct file *f)
{
	struct proc_inode_link link;

	if (proc_inode_link_parse(l->text, &link) < 0)
		return -1;
	return pipes_look(s, l, f, 0, link.inode);
}

static int capture_owner(const struct file *f, struct pipe_state *state)
{
	struct stat st;

	if (fstat(f->local_fd, &st))
		return fail("pid %d fd %d: look at the pipe", f->pid, f->fd);
	state->uid = st.st_uid;
	state->gid = st.st_gid;
	state->mode = st.st_mode & 07777;
	return 0;
}

static int pipe_capture(struct scan *s, struct file *f)
{
	struct pipe_state *state = f->state, *first = pipes_first(s->model, f);

	if (state == first && capture_owner(f, state) < 0)
		return -1;
	state->uid = first->uid;
	state->gid = first->gid;
	state->mode = first->mode;
	return pipes_capture(s, f);
}

static int pipe_preflight(struct rebuild *r, struct file *f)
{
	const struct pipe_state *state = f->state, *first;

	if (pipes_preflight(r, f) < 0)
		return -1;
	first = pipes_first(r->model, f);
	if (state->mode & ~07777u || state->mode != first->mode || state->uid != first->uid || state->gid != first->gid)
		return fail_image("open file %u: owner or mode are not those of its pipe", f->id);
	return 0;
}

/* pipe2(2) makes one description for each end; all others are opened, which shows as O_LARGEFILE. */
static int make_end(struct file *f, const int ends[2], int taken[2])
{
	int mode = f->flags & O_ACCMODE, side = mode == O_WRONLY;

	if (mode != O_RDWR && !(f->flags & LOOK_O_LARGEFILE) && !taken[side]) {
		taken[side] = 1;
		f->local_fd = ends[side];
		return f->flags & PIPE_FLAGS & ~(uint32_t)O_ACCMODE ? fdflags_set(f) : 0;
	}
	f->local_fd = pipes_reopen(ends[0], (uint32_t)mode);
	return f->local_fd < 0 ? fail("open an end of a pipe again") : fdflags_set(f);
}

/* Who we are does not change, and there are thousands of pipes. */
static int is_ours(const struct pipe_state *state)
{
	static uid_t uid;
	static gid_t gid;
	static int known;

	if (!known) {
		uid = geteuid();
		gid = getegid();
		known = 1;
	}
	return state->uid == uid && state->gid == gid;
}

static int make_ends(struct rebuild *r, const struct file *first, const int ends[2], int taken[2])
{
	const struct pipe_state *state = first->state;

	if ((uint64_t)fcntl(ends[1], F_GETPIPE_SZ) != state->capacity && fcntl(ends[1], F_SETPIPE_SZ, (int)state->capacity) < 0)
		return fail("make a pipe of %" PRIu64 " bytes", state->capacity);
	for (size_t i = first->id - 1; i < state->last; i++) {
		struct file *f = r->model->files[i];

		if (f->kind == first->kind && ((const struct pipe_state *)f->state)->pipe == state->pipe && make_end(f, ends, taken) < 0)
			return -1;
	}
	/* A new pipe is ours, and of mode 0600. */
	if (!is_ours(state) && fchown(ends[0], state->uid, state->gid))
		return fail("give a pipe its owner %u:%u", state->uid, state->gid);
	if (state->mode != 0600 && fchmod(ends[0], state->mode))
		return fail("give a pipe its mode 0%o", state->mode);
	return 0;
}

static int pipe_rebuild(struct rebuild *r, struct file *f)
{
	int ends[2], taken[2] = { 0, 0 }, ret;

	if (f->local_fd >= 0)
		return 0;
	if (pipe2(ends, O_CLOEXEC))
		return fail("make a pipe");
	ret = make_ends(r, f, ends, taken);
	for (int i = 0; i < 2; i++)
		if (!taken[i])
			close(ends[i]);
	return ret;
}

const struct file_kind file_pipe = {
	.name = "pipe",
	.title = ROW_TEXT("pipes"),
	.how = ROW_TEXT("link text pipe:[N]; who else holds an end: POLLERR, POLLHUP, tee, and the descriptors of all processes"),
	.condition = ROW_TEXT("both ends are held inside the tree, or nobody has the other one"),
	.page = ROW_PAGE(
		"Pipes (pipe(7)): ends, flags, capacity, owner and contents, with the boundaries of packets.\n\n"
		"Contents are copied by tee(2) from our copy of the read end, which takes nothing out; a half-closed pipe "
		"stays half-closed. Hard is to know who else has an end: the kernel tells by POLLERR, POLLHUP and an "
		"empty tee(2) whether somebody has, and the descriptors of all processes tell who. An end outside the "
		"tree would be cut off, so it is refused; dump the tree that holds all ends (the shell's job instead of "
		"one program of it).\n\n"
		"Refused, too: pipes for notifications, contents that nobody is left to read, and such as came by "
		"splice(2) and do not fit into a new pipe by writing. Processes that we may not look into are named in a "
		"note; those outside of cr's pid namespace are not seen."),
	.in_2009 = 'S',
	.inside = 1,
	.match = pipe_match,
	.fields = IF_IMAGE(pipe_fields),
	.size = sizeof(struct pipe_state),
	.look = pipe_look,
	.relate = pipes_relate,
	.needs_copy = 1,
	.capture = IF_INSIDE(pipe_capture),
	.dump_bulk = IF_DUMP(pipes_dump),
	.again = IF_DUMP(pipes_again),
	.preflight = IF_RESTORE(pipe_preflight),
	.rebuild = IF_RESTORE(pipe_rebuild),
	.load_bulk = IF_RESTORE(pipes_load),
};
