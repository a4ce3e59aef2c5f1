/*
 * regular.c - regular files on local file systems: path, flags, position, and what tells that the data is still the same.
 *
 *	/proc/41/fd/3 -> /var/log/job.log
 *	pos:	8192
 *	flags:	0102001
 *	mnt_id:	22
 *
 * The data stays where it is: it is not in the image. A file that changed meanwhile would silently be another one, so it is
 * refused; only what is written by appending may have grown.
 *
 * open(2), proc_pid_fd(5), proc_pid_fdinfo(5)
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/io.h"
#include "core/look/look.h"
#include "core/look/mounts.h"

struct regular {
	char *path;
	uint64_t size;
	int64_t mtime_s;
	uint32_t mtime_ns;
};

#define GROWN "compared before the restore: what is written by appending may have grown"

static const struct field regular_fields[] = {
	FIELD(struct regular, path, STR),
	FIELD_UNEQUAL(struct regular, size, U64, GROWN),
	FIELD_UNEQUAL(struct regular, mtime_s, I64, GROWN),
	FIELD_UNEQUAL(struct regular, mtime_ns, U64, GROWN),
	FIELD_END
};

/* Files without a place in any file system have names like these; they are other kinds, or unknown. */
static int is_internal(const struct fd_look *l)
{
	static const char *const names[] = {
		"/memfd:", "/secretmem", "/dmabuf:", "/SYSV", "/[", "/dev/zero (deleted)", "/anon_hugepage",
	};

	for (size_t i = 0; !l->fstype[0] && i < sizeof(names) / sizeof(names[0]); i++)
		if (!strncmp(l->text, names[i], strlen(names[i])))
			return 1;
	return 0;
}

/* Where nothing may be asked (network file systems) the type is not known: such a file is matched here, to be refused by name. */
static int regular_match(const struct fd_look *l)
{
	if (l->text[0] != '/' || l->flags & O_PATH || is_internal(l))
		return 0;
	return l->have_stat ? S_ISREG(l->st.st_mode) : 1;
}

static int regular_look(struct scan *s, const struct fd_look *l, struct file *f)
{
	struct regular *state = f->state;

	if (path_leads_to(s, l, "regular") < 0 || fdflags_look(s, l, FDFLAGS_DISK) < 0)
		return -1;
	state->path = arena_strdup(&s->model->arena, l->text);
	state->size = (uint64_t)l->st.st_size;
	state->mtime_s = l->st.st_mtim.tv_sec;
	state->mtime_ns = (uint32_t)l->st.st_mtim.tv_nsec;
	return state->path ? 0 : -1;
}

static int regular_capture(struct scan *s, struct file *f)
{
	return fdflags_capture(s, f, S_IFREG);
}

static int regular_sync(const struct file *f)
{
	return flags_write(f->flags) && fsync(f->local_fd) ? fail("sync %s", f->text) : 0;
}

static int same_time(const struct regular *state, const struct stat *st)
{
	return state->mtime_s == st->st_mtim.tv_sec && state->mtime_ns == st->st_mtim.tv_nsec;
}

static int only_appends(const struct file *f)
{
	return f->flags & O_APPEND && flags_write(f->flags);
}

static int is_unchanged(const struct file *f, uint64_t size, int same)
{
	const struct regular *state = f->state;

	return (same && size == state->size) || (only_appends(f) && size > state->size);
}

static int verify(const struct file *f, const struct file *rebuilt)
{
	const struct regular *a = f->state, *b = rebuilt->state;

	if (is_unchanged(f, b->size, a->mtime_s == b->mtime_s && a->mtime_ns == b->mtime_ns))
		return 0;
	return fail_refused("%s was changed during the restore", b->path);
}

/* Before the tree is ended: whoever has removed it meanwhile would take its data along, and one that is another now is refused by the restore. */
static int regular_again(const struct model *m, const struct file *f, const struct file *rebuilt)
{
	const struct regular *state = f->state;
	struct stat now;

	if (rebuilt)
		return verify(f, rebuilt);
	if (path_again(f, state->path) < 0)
		return -1;
	if (!fstat(f->local_fd, &now) && is_unchanged(f, (uint64_t)now.st_size, same_time(state, &now)))
		return 0;
	return fail_refused("process %d fd %d: somebody changed the file while it was being dumped: try again", f->pid, f->fd);
}

static int compare(struct rebuild *r, const struct file *f, const struct stat *st)
{
	const struct regular *state = f->state;
	const char *name = look_quote(&r->model->arena, state->path);
	uint64_t size = (uint64_t)st->st_size;

	if (size == state->size && same_time(state, st))
		return 0;
	if (only_appends(f) && size > state->size)
		return file_refuse(r->report, f, FINDING_NOTE, "regular", "", "%s has grown from %" PRIu64 " to %" PRIu64 " bytes; it goes on "
				   "at its end", name, state->size, size);
	if (size != state->size)
		return file_refuse(r->report, f, FINDING_REFUSED, "regular", "put the file back as it was", "%s was changed: it had %" PRIu64
				   " bytes, now %" PRIu64, name, state->size, size);
	return file_refuse(r->report, f, FINDING_REFUSED, "regular", "put the file back as it was, with its time (cp -p)",
			   "%s was changed: its time was %" PRId64 ".%09u, now %" PRId64 ".%09u", name, state->mtime_s, state->mtime_ns,
			   (int64_t)st->st_mtim.tv_sec, (unsigned)st->st_mtim.tv_nsec);
}

static int try_open(struct rebuild *r, const struct file *f)
{
	const struct regular *state = f->state;
	struct stat st;
	cleanup_fd int fd = path_open_type(state->path, S_IFREG, f->flags, &st);

	return fd >= 0 ? 0 : file_refuse(r->report, f, FINDING_REFUSED, "regular", "put things right there", "%s cannot be opened as it was: %s",
					 look_quote(&r->model->arena, state->path), strerror(errno));
}

static int regular_preflight(struct rebuild *r, struct file *f)
{
	const struct regular *state = f->state;
	struct stat st;
	int found;

	if (fdflags_check(f, FDFLAGS_DISK) < 0)
		return -1;
	if (f->pos > INT64_MAX || state->mtime_ns >= 1000000000)
		return fail_image("open file %u: position or time out of range", f->id);
	found = path_preflight(r, f, "regular", state->path, S_IFREG, &st);
	if (found > 0 && compare(r, f, &st) < 0)
		return -1;
	return found > 0 ? try_open(r, f) : found;
}

static int regular_rebuild(struct rebuild *r, struct file *f)
{
	const struct regular *state = f->state;
	const char *name = look_quote(&r->model->arena, state->path);
	struct stat st;

	f->local_fd = path_open_type(state->path, S_IFREG, f->flags, &st);
	if (f->local_fd < 0)
		return fail("open %s with flags 0%o", name, f->flags);
	/* Changed since the preflight? */
	if ((uint64_t)st.st_size != state->size && !(only_appends(f) && (uint64_t)st.st_size > state->size))
		return fail_refused("%s was changed during the restore", name);
	if (lseek(f->local_fd, (off_t)f->pos, SEEK_SET) != (off_t)f->pos)
		return fail("%s: go to position %" PRIu64, name, f->pos);
	return 0;
}

const struct file_kind file_regular = {
	.name = "regular",
	.title = ROW_TEXT("regular files"),
	.also = ROW_TEXT("file"),
	.how = ROW_TEXT("S_ISREG on a local file system (mnt_id in mountinfo), and its path leads to the same mount, device and inode"),
	.condition = ROW_TEXT("the file is there unchanged at the restore, or has only grown if it is written by appending"),
	.page = ROW_PAGE(
		"Regular files on a local file system: path, flags, position; descriptors that share a position go on "
		"sharing it.\n\n"
		"The data stays where it is and is not in the image. So the path must lead to the same mount, device and inode "
		"at the dump, and at the restore to a file of the same size and time; one that the process writes by "
		"appending may have grown, and gets a note. A file that was changed would silently be another one for a "
		"program that keeps its own picture of it, so that is refused. To move to another machine, copy the files "
		"with their times (cp -p, rsync -t). One that somebody changes or removes in the course of a dump or a restore "
		"is refused, and so is one that cr may not open again as it is (chmod, chattr).\n\n"
		"Somebody outside the tree may have inherited the same open file, position included: that is refused, unless "
		"it is open only to append (>>). Who is outside of cr's pid namespace is not seen. Locks, leases, owners for "
		"signals and unlinked files have rows of their own. That a file was made by this open (F_CREATED_QUERY, Linux "
		"6.12) is forgotten."),
	.in_2009 = 'S',
	.match = regular_match,
	.fields = IF_IMAGE(regular_fields),
	.size = sizeof(struct regular),
	.look = regular_look,
	.relate = holders_relate_position,
	.needs_copy = 1,
	.capture = IF_INSIDE(regular_capture),
	.sync = IF_DUMP(regular_sync),
	.again = IF_IMAGE(regular_again),
	.preflight = IF_RESTORE(regular_preflight),
	.rebuild = IF_RESTORE(regular_rebuild),
};
