/*
 * directory.c - open directories, with the position of a getdents(2) under way.
 *
 *	/proc/41/fd/3 -> /srv/spool
 *	pos:	3371903
 *	flags:	02200000
 *
 * The position is a cookie of the file system: it stays good when entries come and go, as it does for a reader that never stopped. On some
 * it is but the number of the entry, or one that is of this open file alone: there a listing under way cannot go on.
 *
 * getdents(2), proc_pid_fdinfo(5)
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/words.h"
#include "core/look/look.h"
#include "core/look/mounts.h"

#define DIRECTORY_FLAGS (FDFLAGS_DISK | O_DIRECTORY)

struct directory {
	char *path;
	const char *mount;
	uint64_t ino;
	int64_t mtime_s;
	uint32_t mtime_ns;
};

#define CHANGES "entries may come and go in the meantime"

static const struct field directory_fields[] = {
	FIELD(struct directory, path, STR),
	FIELD_UNEQUAL(struct directory, mount, STR, MOUNT_LOOKED_AT),
	FIELD_UNEQUAL(struct directory, ino, U64, "compared before the restore, where it is being read"),
	FIELD_UNEQUAL(struct directory, mtime_s, I64, CHANGES),
	FIELD_UNEQUAL(struct directory, mtime_ns, U64, CHANGES),
	FIELD_END
};

static int directory_match(const struct fd_look *l)
{
	return l->text[0] == '/' && l->have_stat && S_ISDIR(l->st.st_mode) && !(l->flags & O_PATH);
}

static int keeps_positions(const char *fstype)
{
	static const char fstypes[] = "tmpfs ext2 ext3 ext4 xfs btrfs";
	const long fchmodat2 = 452;		/* as old as the positions of tmpfs: Linux 6.6 */

	syscall(fchmodat2, -1, ".", 0, 0);
	return words_have(fstypes + (errno == EBADF ? 0 : 6), fstype, strlen(fstype));
}

static int directory_look(struct scan *s, const struct fd_look *l, struct file *f)
{
	struct directory *state = f->state;

	if (path_leads_to(s, l, "directory") < 0 || fdflags_look(s, l, DIRECTORY_FLAGS) < 0 ||
	    (l->pos && !keeps_positions(l->fstype) &&
	     look_refuse(s, l, "directory", "close it before", "half read, and %s keeps no place", l->fstype) < 0))
		return -1;
	state->path = arena_strdup(&s->model->arena, l->text);
	if (ENABLE_APPLET_DUMP) {
		state->mount = mount_point(s->mounts, l->mnt_id);
		state->ino = l->st.st_ino;
		state->mtime_s = l->st.st_mtim.tv_sec;
		state->mtime_ns = (uint32_t)l->st.st_mtim.tv_nsec;
	}
	return state->path ? 0 : -1;
}

static int directory_capture(struct scan *s, struct file *f)
{
	return fdflags_capture(s, f, S_IFDIR);
}

static int directory_again(const struct model *m, const struct file *f, const struct file *rebuilt)
{
	const struct directory *state = f->state;

	(void)m;
	return rebuilt ? 0 : path_again(f, state->path);
}

static int directory_preflight(struct rebuild *r, struct file *f)
{
	const struct directory *state = f->state;
	struct stat st;
	int found;

	if (fdflags_check(f, DIRECTORY_FLAGS) < 0)
		return -1;
	if (flags_write(f->flags))
		return fail_image("open file %u: a directory that is open for writing", f->id);
	if (f->pos > INT64_MAX)
		return fail_image("open file %u: position out of range", f->id);
	found = path_preflight(r, f, "directory", state->path, S_IFDIR, &st);
	if (found <= 0)
		return found;
	if (mount_preflight(r->report, f->pid, state->mount) < 0)
		return -1;
	if (f->pos && st.st_ino != state->ino)
		return file_refuse(r->report, f, FINDING_REFUSED, "directory", "put it back where it was", "%s was half read, and is another folder",
				   look_quote(&r->model->arena, state->path));
	if (f->pos && (st.st_mtim.tv_sec != state->mtime_s || st.st_mtim.tv_nsec != state->mtime_ns))
		return file_refuse(r->report, f, FINDING_NOTE, "directory", "", "%s was changed while it was being read",
				   look_quote(&r->model->arena, state->path));
	return 0;
}

static int directory_rebuild(struct rebuild *r, struct file *f)
{
	const struct directory *state = f->state;
	const char *name = look_quote(&r->model->arena, state->path);
	struct stat st;

	f->local_fd = path_open_type(state->path, S_IFDIR, f->flags, &st);
	if (f->local_fd < 0)
		return fail("open directory %s with flags 0%o", name, f->flags);
	if (lseek(f->local_fd, (off_t)f->pos, SEEK_SET) != (off_t)f->pos)
		return fail("directory %s: go to position %" PRIu64, name, f->pos);
	return 0;
}

const struct file_kind file_directory = {
	.name = "directory",
	.title = ROW_TEXT("directories"),
	.also = ROW_TEXT("getdents"),
	.how = ROW_TEXT("S_ISDIR on a local file system, and its path leads to the same mount, device and inode"),
	.condition = ROW_TEXT("its path leads to the same folder at the restore; half read only on ext2 to ext4, xfs, btrfs, tmpfs"),
	.page = ROW_PAGE(
		"Open folders, with the place at which a listing under way stands.\n\n"
		"The path has to lead to the same mount, device and inode; at the restore something has to be mounted where "
		"the file system was, so that no job goes on in the empty folder below. The place is a cookie of the "
		"file system, which stays good when entries come and go, as it does for a reader that never stopped; but "
		"the part of a listing that the C library has already fetched is memory. If the folder was changed in "
		"between, the restore says so in a note; another folder is refused. On ramfs, overlay and others the place is "
		"the number of the entry, which would miss names or tell them twice: refused until it is closed.\n\n"
		"One that somebody outside the tree has inherited, too, is refused, as they share the place. A folder that was "
		"removed is refused as unlinked, one with a watch of old as dnotify."),
	.in_2009 = 'S',
	.match = directory_match,
	.fields = IF_IMAGE(directory_fields),
	.size = sizeof(struct directory),
	.look = directory_look,
	.relate = holders_relate_position,
	.needs_copy = 1,
	.capture = IF_INSIDE(directory_capture),
	.again = IF_DUMP(directory_again),
	.preflight = IF_RESTORE(directory_preflight),
	.rebuild = IF_RESTORE(directory_rebuild),
};
