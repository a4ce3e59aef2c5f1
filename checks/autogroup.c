/*
 * autogroup.c - the nice value of a session as a whole.
 *
 *	/autogroup-579 nice 0
 */
#include <stdlib.h>
#include <string.h>

#include "checks/run.h"
#include "core/base/io.h"

/* The file stands in the folder of the process only, and a leader that has exited has none: then it is 0 or lost. */
static int look(struct scan *s, const struct task *t, struct buf *text)
{
	cleanup_fd int dir = -1;
	const char *nice;
	int r = proc_open(t->pid, &dir);

	if (!r)
		r = proc_read_record(dir, "autogroup", text);
	if (r)
		return r < 0 ? -1 : 0;		/* a kernel without CONFIG_SCHED_AUTOGROUP has no such file */
	nice = strstr(text->p, " nice ");
	if (!nice || !atoi(nice + 6))
		return 0;
	return report_refuse(s->report, "autogroup", t->pid, "", "echo 0 >/proc/PID/autogroup",
			     "its session has the nice value %d as a whole", atoi(nice + 6));
}

static int scan(struct scan *s)
{
	cleanup_buf struct buf text = { 0 };

	for (size_t i = 0; i < s->model->ntasks; i++) {
		const struct task *t = s->model->tasks[i], *parent = t->parent;

		if (parent && parent->sid == t->sid && model_speaker(parent))
			continue;	/* was said */
		if (model_speaker(t) && look(s, t, &text) < 0)
			return -1;
	}
	return 0;
}

const struct check check_autogroup = {
	.name = "autogroup",
	.title = ROW_TEXT("nice value of a session"),
	.may_be_lost = 1,
	.how = ROW_TEXT("/proc/PID/autogroup"),
	.takes = ROW_TEXT("writing the nice value of the session again, when the session is the tree's own"),
	.page = ROW_PAGE(
		"The scheduler treats a session as one group, which can have a nice value of its own (sched(7), "
		"CONFIG_SCHED_AUTOGROUP).\n\n"
		"Almost nobody sets it. It is one number in a file and would be written again in no time; but it belongs "
		"to the session, and for a job started from a shell that is the restorer's, which must not be changed "
		"behind its back. So a value other than 0 is refused. A leader that has exited has no such file any more."),
	.scan = scan,
};
