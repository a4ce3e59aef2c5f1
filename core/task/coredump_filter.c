/*
 * coredump_filter.c - which mappings go to a core file.
 *
 *	/proc/PID/coredump_filter: "00000033\n"
 *
 * See core(5). There is none below task/TID; but /proc/TID, which is not listed, has it for any thread, also when the leader has exited.
 */
#include <fcntl.h>
#include <stdio.h>

#include "core/task/task.h"

struct coredump_filter {
	uint32_t filter;
};

static const struct field coredump_filter_fields[] = {
	FIELD(struct coredump_filter, filter, HEX),
	FIELD_END
};

static int read_filter(pid_t pid, uint64_t *filter)
{
	cleanup_fd int dir = -1;
	int r = proc_open(pid, &dir);

	return r == PROC_OK ? proc_read_u64(dir, "coredump_filter", 16, filter) : r;
}

static int coredump_filter_look(struct scan *s, const struct task *t, const struct thread *th, struct state *out)
{
	struct coredump_filter *item;
	uint64_t filter;
	int r;

	if (!model_speaker(t))
		return 0;
	r = read_filter(model_speaker(t)->tid, &filter);
	if (r != PROC_OK)		/* ABSENT: a kernel without core dumps */
		return task_look_result(r);
	item = state_alloc(s, out, 1, sizeof(*item));
	if (!item)
		return -1;
	item->filter = filter;
	return 0;
}

static int coredump_filter_preflight(struct rebuild *r, const struct task *t, const struct thread *th, const struct state *in)
{
	if (in->n > 1)
		return fail_image("process %d: %zu coredump_filter records", (int)t->pid, in->n);
	return 0;
}

static int coredump_filter_rebuild_outside(struct rebuild *r, const struct task *t, const struct thread *th, const struct state *in)
{
	const struct coredump_filter *item = in->items;
	cleanup_fd int fd = -1;
	char path[64], text[16];
	uint64_t now;

	if (!in->n)
		return 0;
	if (read_filter(model_speaker(t)->tid, &now) == PROC_OK && now == item->filter)
		return 0;
	snprintf(path, sizeof(path), "/proc/%d/coredump_filter", (int)model_speaker(t)->tid);
	snprintf(text, sizeof(text), "%#x", item->filter);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		return fail("write %s to %s", text, path);
	return 0;
}

const struct task_kind task_coredump_filter = {
	.name = "coredump_filter",
	.title = ROW_TEXT("core dump filter"),
	.how = ROW_TEXT("/proc/PID/coredump_filter"),
	.page = ROW_PAGE(
		"Which kinds of mappings go into a core file (core(5)): nine bits for a whole process, inherited by its "
		"children.\n\n"
		"The file stands only in the folder of the process, and a leader that has exited has none there; the "
		"folder of any of its threads, which is not listed, has one. Written back through the same file.\n\n"
		"Nothing is lost."),
	.scope = PER_TASK,
	.stage = STAGE_BEFORE_CREDENTIALS,
	.fields = IF_IMAGE(coredump_filter_fields),
	.size = sizeof(struct coredump_filter),
	.look = IF_INSIDE(coredump_filter_look),
	.preflight = IF_RESTORE(coredump_filter_preflight),
	.rebuild_outside = IF_RESTORE(coredump_filter_rebuild_outside),
};
