/*
 * mem_device.c - devices without a memory of their own: null, zero, full, random, urandom.
 *
 *	/proc/41/fd/0 -> /dev/null		st_rdev 1:3
 *
 * The number tells which one it is, not the name: such a node may lie anywhere.
 *
 * null(4), full(4), random(4)
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "core/look/look.h"

#define MEM_DEVICE_FLAGS (FDFLAGS_ANY | O_SYNC | O_NOATIME | O_NOFOLLOW)

struct mem_device {
	char *path;
	uint32_t minor;			/* the major is 1 */
};

static const struct field mem_device_fields[] = {
	FIELD(struct mem_device, path, STR),
	FIELD(struct mem_device, minor, U64),
	FIELD_END
};

static int is_known(unsigned minor)
{
	return minor == 3 || minor == 5 || minor == 7 || minor == 8 || minor == 9;
}

static int mem_device_match(const struct fd_look *l)
{
	return l->text[0] == '/' && l->have_stat && S_ISCHR(l->st.st_mode) && !(l->flags & O_PATH) &&
	       major(l->st.st_rdev) == 1 && is_known(minor(l->st.st_rdev));
}

static int mem_device_look(struct scan *s, const struct fd_look *l, struct file *f)
{
	struct mem_device *state = f->state;

	if (path_leads_to(s, l, "mem_device") < 0 || fdflags_look(s, l, MEM_DEVICE_FLAGS) < 0)
		return -1;
	if (l->pos && look_refuse(s, l, "unknown", "", "a device without positions stands at one") < 0)
		return -1;
	state->path = arena_strdup(&s->model->arena, l->text);
	state->minor = minor(l->st.st_rdev);
	return state->path ? 0 : -1;
}

static int mem_device_capture(struct scan *s, struct file *f)
{
	return fdflags_capture(s, f, S_IFCHR);
}

static int mem_device_preflight(struct rebuild *r, struct file *f)
{
	const struct mem_device *state = f->state;
	struct stat st;
	int found;

	if (fdflags_check(f, MEM_DEVICE_FLAGS) < 0)
		return -1;
	if (!is_known(state->minor) || f->pos)
		return fail_image("open file %u: device 1:%u at position %llu is none that is carried", f->id, state->minor,
				  (unsigned long long)f->pos);
	found = path_preflight(r, f, "mem_device", state->path, S_IFCHR, &st);
	if (found > 0 && st.st_rdev != makedev(1, state->minor))
		return file_refuse(r->report, f, FINDING_REFUSED, "mem_device", "make the node again (mknod)", "%s is device %u:%u here, not 1:%u",
				   look_quote(&r->model->arena, state->path), major(st.st_rdev), minor(st.st_rdev), state->minor);
	return found < 0 ? -1 : 0;
}

static int mem_device_rebuild(struct rebuild *r, struct file *f)
{
	const struct mem_device *state = f->state;
	const char *name = look_quote(&r->model->arena, state->path);
	struct stat st;

	/* The preflight saw the right node; who can replace it by another one in between is root. */
	f->local_fd = path_open_type(state->path, S_IFCHR, f->flags, &st);
	if (f->local_fd < 0)
		return fail("open %s with flags 0%o", name, f->flags);
	if (st.st_rdev != makedev(1, state->minor))
		return fail_refused("%s was changed during the restore", name);
	return 0;
}

const struct file_kind file_mem_device = {
	.name = "mem_device",
	.title = ROW_TEXT("/dev/null, zero, full, random, urandom"),
	.also = ROW_TEXT("null zero random"),
	.how = ROW_TEXT("character device 1:3, 1:5, 1:7, 1:8 or 1:9 (st_rdev), and its path leads to the same node"),
	.condition = ROW_TEXT("the node is there at the restore and has the same number"),
	.page = ROW_PAGE(
		"/dev/null, zero, full, random and urandom: devices without a memory of their own.\n\n"
		"The device number tells which one it is, not the name: such a node may lie anywhere, and a name may lie. "
		"It is opened again by its path, which must lead to a node with the same number. A private mapping of "
		"/dev/zero is plain anonymous memory.\n\n"
		"Nothing is lost. Every other device is refused as device, pty or kvm."),
	.in_2009 = 'S',
	.match = mem_device_match,
	.fields = IF_IMAGE(mem_device_fields),
	.size = sizeof(struct mem_device),
	.look = mem_device_look,
	.needs_copy = 1,
	.capture = IF_INSIDE(mem_device_capture),
	.preflight = IF_RESTORE(mem_device_preflight),
	.rebuild = IF_RESTORE(mem_device_rebuild),
};
