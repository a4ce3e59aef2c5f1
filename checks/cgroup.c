/* cgroup.c - control groups: a restored task is where the restorer is. */
#include <string.h>

#include "checks/run.h"
#include "core/base/io.h"

static struct buf ours;

int cgroup_learn(int self)
{
	return ours.p || proc_read_record(self, "cgroup", &ours) != PROC_ERROR ? 0 : -1;
}

/*
 * It may have ended, or the kernel has no control groups: then there is no difference. By two threads of ours for each thread of a tree: the
 * text is compared as it comes, and what gives less than was asked for is its end (see io_read_record()).
 */
int cgroup_differs(int dir)
{
	__attribute__((uninitialized)) char piece[4096];
	cleanup_fd int fd = openat(dir, "cgroup", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : sizeof(piece);
	size_t at = 0;

	while (n == sizeof(piece)) {
		n = read(fd, piece, sizeof(piece));
		if (n > 0 && ((size_t)n > ours.len - at || memcmp(ours.p + at, piece, (size_t)n)))
			return 1;
		at += n > 0 ? (size_t)n : 0;
	}
	return n >= 0 && at && at < ours.len;
}

/* The first line of THEIRS that is none of ours. */
static const char *other_line(const char *theirs, size_t *len)
{
	for (; *theirs; theirs += *len + (theirs[*len] == '\n')) {
		const char *p = ours.p ? ours.p : "";

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
	cleanup_buf struct buf text = { 0 };
	const char *line;
	size_t len;
	int r = l->cgroups_differ && thread_dir(l) >= 0 ? proc_read_record(thread_dir(l), "cgroup", &text) : PROC_ABSENT;

	if (r == PROC_ERROR)
		return -1;
	if (r || !text.p || (!scan_is_frozen(s) && !proc_lives(thread_dir(l))))
		return 0;
	line = other_line(text.p, &len);
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
