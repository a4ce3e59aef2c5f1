/*
 * coredump_filter.c - which mappings go to a core file.
 *
 *	/proc/PID/coredump_filter: "00000033\n"
 *
 * See core(5). There is none below task/TID; but /proc/TID, which is not listed, has it for any thread, also when the leader has exited.
 */
#include <stdio.h>

#include "core/task/task.h"

struct coredump_filter {
	uint32_t filter;
};

static const struct field coredump_filter_fields[] = {
	FIELD(struct coredump_filter, filter, HEX),
	FIELD_END
};

/* DIR: of a thread that lives. */
static int read_filter(const struct task *t, int *dir, uint64_t *filter)
{
	int r = proc_open(model_speaker(t)->tid, dir);

	return r == PROC_OK ? proc_read_u64(*dir, "coredump_filter", 16, filter) : r;
}

static int coredump_filter_look(struct scan *s, const struct task *t, const struct thread *th, struct state *out)
{
	struct coredump_filter *item;
	cleanup_fd int dir = -1;
	uint64_t filter;
	int r;

	if (!model_speaker(t))
		return 0;
	r = read_filter(t, &dir, &filter);
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
	cleanup_fd int dir = -1;
	char text[16];
	uint64_t now;

	if (!in->n || (read_filter(t, &dir, &now) == PROC_OK && now == item->filter))
		return 0;
	snprintf(text, sizeof(text), "%#x", item->filter);
	return proc_write_text(dir, "coredump_filter", text);
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
	.of_others = 1,
	.stage = STAGE_BEFORE_CREDENTIALS,
	.fields = IF_IMAGE(coredump_filter_fields),
	.size = sizeof(struct coredump_filter),
	.look = IF_INSIDE(coredump_filter_look),
	.preflight = IF_RESTORE(coredump_filter_preflight),
	.rebuild_outside = IF_RESTORE(coredump_filter_rebuild_outside),
};
