/*
 * mountinfo.c - /proc/PID/mountinfo: the mounts that a task can see.
 *
 *	27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard
 *	42 27 0:39 / /mnt/with\040space rw,relatime - fuse.fz fz rw,user_id=0,group_id=0
 *
 * Single spaces part the fields, and a source may be empty: "- tmpfs  rw".
 *
 * proc_pid_mountinfo(5)
 */
#include <string.h>

#include "core/proc/proc.h"
#include "core/proc/text.h"

/* Copies up to the next space, which is taken. */
static char *take_field(struct arena *a, const char **p)
{
	size_t len = strcspn(*p, " \n");
	char *s;

	if ((*p)[len] != ' ')
		return NULL;
	s = arena_strndup(a, *p, len);
	if (s)
		text_unescape(s);
	*p += len + 1;
	return s;
}

/* Any number of words, up to the "-" alone, which is taken. */
static char *take_optional(struct arena *a, const char **p)
{
	const char *from = *p;
	size_t len = 0;

	while (strncmp(*p, "- ", 2)) {
		len = strcspn(*p, " \n");
		if ((*p)[len] != ' ' || !len)
			return NULL;
		*p += len + 1;
	}
	len = (size_t)(*p - from);
	*p += 2;
	return arena_strndup(a, from, len ? len - 1 : 0);
}

static int take_mount(struct arena *a, const char **p, struct proc_mount *m)
{
	if (text_u32(p, 10, &m->id) || text_literal(p, " ") ||
	    text_u32(p, 10, &m->parent) || text_literal(p, " ") ||
	    text_u32(p, 10, &m->major) || text_literal(p, ":") ||
	    text_u32(p, 10, &m->minor) || text_literal(p, " "))
		return -1;
	m->root = take_field(a, p);
	m->mountpoint = m->root ? take_field(a, p) : NULL;
	m->options = m->mountpoint ? take_field(a, p) : NULL;
	m->optional = m->options ? take_optional(a, p) : NULL;
	m->fstype = m->optional ? take_field(a, p) : NULL;
	m->source = m->fstype ? take_field(a, p) : NULL;
	m->super_options = m->source ? text_rest_of_line(a, p) : NULL;
	return m->super_options && m->root[0] && m->mountpoint[0] && m->fstype[0] ? 0 : -1;
}

int proc_mountinfo_parse(struct arena *a, const char *text, struct proc_mounts *out)
{
	size_t cap = 0;

	*out = (struct proc_mounts){ 0 };
	while (*text) {
		const char *line = text;

		if (!arena_grow(a, &out->v, out->n, &cap, sizeof(*out->v)))
			return -1;
		if (take_mount(a, &text, &out->v[out->n]))
			return text_fail("mountinfo", line);
		out->n++;
		text += *text == '\n';
	}
	return 0;
}

int proc_read_mountinfo(int dirfd, struct arena *a, struct proc_mounts *out)
{
	cleanup_buf struct buf text = { 0 };
	int r = proc_read_text(dirfd, "mountinfo", &text);

	return r ? r : proc_mountinfo_parse(a, text.p, out);
}

const struct proc_mount *proc_mount_by_id(const struct proc_mounts *mounts, uint32_t id)
{
	size_t i;

	for (i = 0; i < mounts->n; i++)
		if (mounts->v[i].id == id)
			return &mounts->v[i];
	return NULL;
}
