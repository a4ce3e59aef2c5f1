/* cgroup.c - control groups: a restored task is where the restorer is. */
#include <string.h>

#include "checks/run.h"
#include "core/base/io.h"

static char ours[8192];

void cgroup_learn(int self)
{
	if (!*ours)
		text_read(self, "cgroup", ours, sizeof(ours));
}

/* It may have ended, or the kernel has no control groups: then there is no difference. */
int cgroup_differs(int dir)
{
	char text[sizeof(ours)];

	return text_read(dir, "cgroup", text, sizeof(text)) > 0 && strcmp(text, ours);
}

/* The first line of THEIRS that is none of ours. */
static const char *other_line(const char *theirs, size_t *len)
{
	for (; *theirs; theirs += *len + (theirs[*len] == '\n')) {
		const char *p = ours;

		*len = strcspn(theirs, "\n");
		while (*p && (strcspn(p, "\n") != *len || memcmp(p, theirs, *len))) {
			p += strcspn(p, "\n");
			p += *p == '\n';
		}
		if (!*p)
			return theirs;
	}
	return NULL;
}

int cgroup_look(struct scan *s, const struct thread_look *l)
{
	char text[sizeof(ours)];
	const char *line;
	size_t len;

	if (!l->cgroups_differ || text_read(thread_dir(l), "cgroup", text, sizeof(text)) <= 0 || (!scan_is_frozen(s) && !proc_lives(thread_dir(l))))
		return 0;
	line = other_line(text, &len);
	if (!line || !(line = arena_strndup(&s->model->arena, line, len)))
		return line ? -1 : 0;
	return report_add(s->report, FINDING_NOTE, "cgroup", l->task->pid, 0, "", "",
			  "it is in another control group than cr (%s); restored, it will be in that of cr restore", line);
}

const struct check check_cgroup = {
	.name = "cgroup",
	.title = ROW_TEXT("control groups"),
	.how = ROW_TEXT("/proc/PID/task/TID/cgroup against our own"),
	.condition = ROW_TEXT("a restored task is in the control groups of cr restore; check says so when they are others"),
	.page = ROW_PAGE(
		"Control groups, version 1 and 2: limits for, and accounts of, groups of tasks. Every service and every "
		"container is in one.\n\n"
		"Which groups a task is in is readable, per thread too. The groups themselves, with limits, belong to "
		"whoever manages the machine (systemd, a container engine), and may be gone at the restore. So a restored "
		"task stays in the groups of cr restore, and check says in a note when these are not the same now: start "
		"cr restore inside of the right group (systemd-run --scope, or echo $$ >cgroup.procs).\n\n"
		"Lost: the membership, and with it limits and accounting, unless cr restore is started there. To join "
		"groups that still exist is one write for each task."),
	.scan = threads_scan,
};
