/*
 * cgroup.c - /proc/PID/cgroup: where a task is in each hierarchy.
 *
 *	9:name=systemd:/
 *	2:cpu,cpuacct:/process_api/35bf114a
 *	0::/user.slice/session-2.scope (deleted)
 *
 * A path may hold colons, but no newline.
 *
 * cgroups(7)
 */
#include <string.h>

#include "core/base/err.h"
#include "core/proc/proc.h"
#include "core/proc/text.h"

static int take_line(struct arena *a, const char **p, struct proc_cgroup *out)
{
	const char *line = *p;
	size_t len;

	if (text_u32(p, 10, &out->hierarchy) || text_literal(p, ":"))
		return text_fail("cgroup", line);
	len = strcspn(*p, ":\n");
	if ((*p)[len] != ':' || (*p)[len + 1] != '/')
		return text_fail("cgroup", line);
	out->controllers = arena_strndup(a, *p, len);
	*p += len + 1;
	out->path = text_rest_of_line(a, p);
	return out->controllers && out->path ? 0 : -1;
}

int proc_cgroup_parse(struct arena *a, const char *text, struct proc_cgroups *out)
{
	size_t cap = 0;

	*out = (struct proc_cgroups){ 0 };
	while (*text) {
		struct proc_cgroup *group = arena_grow(a, &out->v, out->n, &cap, sizeof(*group));

		if (!group || take_line(a, &text, group))
			return -1;
		out->n++;
		text += *text == '\n';
	}
	return 0;
}

int proc_read_cgroup(int dirfd, struct arena *a, struct proc_cgroups *out)
{
	cleanup_buf struct buf text = { 0 };
	int r = proc_read_record(dirfd, "cgroup", &text);

	return r ? r : proc_cgroup_parse(a, text.p, out);
}
