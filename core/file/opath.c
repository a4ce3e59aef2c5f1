/*
 * opath.c - O_PATH descriptors, of whatever type: a place, nothing is open, so opening it again has no effect on it.
 *
 *	/proc/41/fd/3 -> /usr/lib
 *	flags:	010200000
 *
 * open(2)
 */
#include <fcntl.h>
#include <sys/stat.h>

#include "core/look/look.h"
#include "core/look/mounts.h"

/* All other flags of open(2) are dropped by the kernel. */
#define OPATH_FLAGS (O_PATH | O_DIRECTORY | O_NOFOLLOW)

struct opath {
	char *path;
	const char *mount;
	uint32_t type;			/* S_IFREG, S_IFDIR, ... */
};

static const struct field opath_fields[] = {
	FIELD(struct opath, path, STR),
	FIELD_UNEQUAL(struct opath, mount, STR, MOUNT_LOOKED_AT),
	FIELD(struct opath, type, OCT),
	FIELD_END
};

static int opath_match(const struct fd_look *l)
{
	return l->text[0] == '/' && l->flags & O_PATH;
}

static int opath_look(struct scan *s, const struct fd_look *l, struct file *f)
{
	struct opath *state = f->state;
	uint32_t unknown = l->flags & ~(uint32_t)(OPATH_FLAGS | O_CLOEXEC);

	if (path_leads_to(s, l, "opath") < 0)
		return -1;
	/* The job will have another terminal, and its number somebody else. */
	if (rdev_is_pts(l->st.st_rdev) && look_refuse(s, l, "pty", "close it before", "O_PATH of a terminal") < 0)
		return -1;
	if (unknown && look_refuse(s, l, "unknown", "", "O_PATH with flags that cannot be made again: 0%o", unknown) < 0)
		return -1;
	state->path = arena_strdup(&s->model->arena, l->text);
	if (ENABLE_APPLET_DUMP)
		state->mount = mount_point(s->mounts, l->mnt_id);
	state->type = l->have_stat ? l->st.st_mode & S_IFMT : 0;
	return state->path ? 0 : -1;
}

static int opath_again(const struct model *m, const struct file *f, const struct file *rebuilt)
{
	const struct opath *state = f->state;

	(void)m;
	return rebuilt ? 0 : path_again(f, state->path);
}

static int opath_preflight(struct rebuild *r, struct file *f)
{
	const struct opath *state = f->state;
	struct stat st;
	int found;

	if (f->flags & ~(uint32_t)OPATH_FLAGS || !(f->flags & O_PATH) || f->pos)
		return fail_image("open file %u: flags 0%o or position are not those of an O_PATH descriptor", f->id, f->flags);
	found = path_preflight(r, f, "opath", state->path, state->type, &st);
	return found <= 0 ? found : mount_preflight(r->report, f->pid, state->mount);
}

static int opath_rebuild(struct rebuild *r, struct file *f)
{
	const struct opath *state = f->state;
	struct stat st;

	f->local_fd = path_open(state->path, f->flags);
	if (f->local_fd < 0 || fstat(f->local_fd, &st))
		return fail("open %s with O_PATH", look_quote(&r->model->arena, state->path));
	if ((st.st_mode & S_IFMT) != state->type)
		return fail_refused("%s was changed during the restore", look_quote(&r->model->arena, state->path));
	return 0;
}

const struct file_kind file_opath = {
	.name = "opath",
	.title = ROW_TEXT("O_PATH descriptors"),
	.how = ROW_TEXT("O_PATH in the flags of fdinfo, and its path leads to the same mount, device and inode"),
	.condition = ROW_TEXT("its path leads to the same file at the restore"),
	.page = ROW_PAGE(
		"Descriptors of O_PATH: a place in the tree of files; nothing is open, and opening it again has no effect "
		"on what is there.\n\n"
		"So any type of file may stand at that place, a device or socket too. The path has to lead to the same "
		"mount, device and inode, without passing a symbolic link, a network mount or an automounter; what was unlinked "
		"or covered by a mount is refused under those names. At the restore something has to be mounted where the file "
		"system was. One of a terminal is refused as pty.\n\n"
		"Nothing is lost."),
	.match = opath_match,
	.fields = IF_IMAGE(opath_fields),
	.size = sizeof(struct opath),
	.look = opath_look,
	.again = IF_DUMP(opath_again),
	.preflight = IF_RESTORE(opath_preflight),
	.rebuild = IF_RESTORE(opath_rebuild),
};
