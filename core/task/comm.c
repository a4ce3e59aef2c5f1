/*
 * comm.c - the name of a thread: up to 15 bytes of anything but NUL.
 *
 *	/proc/PID/task/TID/comm: "worker 3\n"; a newline inside the name is shown as it is
 *
 * See PR_SET_NAME in prctl(2).
 */
#include "core/task/task.h"

#define SET_NAME 15
#define COMM_MAX 15

struct comm {
	char *comm;
};

static const struct field comm_fields[] = {
	FIELD(struct comm, comm, STR),
	FIELD_END
};

static int comm_look(struct scan *s, const struct task *t, const struct thread *th, struct state *out)
{
	cleanup_buf struct buf text = { 0 };
	struct comm *item;
	int dir, r = task_folder(s, t, th, &dir);

	if (r == PROC_OK)
		r = proc_read_text(dir, "comm", &text);
	if (r != PROC_OK)
		return task_look_result(r);
	if (text.len && text.p[text.len - 1] == '\n')
		text.len--;
	item = state_alloc(s, out, 1, sizeof(*item));
	if (!item)
		return -1;
	item->comm = arena_strndup(&s->model->arena, text.p ? text.p : "", text.len);
	return item->comm ? 0 : -1;
}

static int comm_preflight(struct rebuild *r, const struct task *t, const struct thread *th, const struct state *in)
{
	const struct comm *item = in->items;

	if (task_check_one("comm", t, th, in) < 0)
		return -1;
	if (in->n && strlen(item->comm) > COMM_MAX)
		return fail_image("thread %d: a name of %zu bytes", (int)th->tid, strlen(item->comm));
	return 0;
}

static int comm_rebuild(struct batch *b, const struct task *t, const struct thread *th, const struct state *in)
{
	const struct comm *item = in->items;
	uint64_t remote;

	if (!in->n)
		return 0;
	remote = batch_put(b, item->comm, strlen(item->comm) + 1);
	if (!remote)
		return -1;
	CALL(b, "prctl(PR_SET_NAME)", SYS_prctl, SET_NAME, remote);
	return 0;
}

const struct task_kind task_comm = {
	.name = "comm",
	.title = "thread names",
	.how = "/proc/PID/task/TID/comm",
	.scope = PER_THREAD,
	.stage = STAGE_FIRST,
	.of_zombies = 1,
	.fields = IF_IMAGE(comm_fields),
	.size = sizeof(struct comm),
	.look = comm_look,
	.preflight = IF_RESTORE(comm_preflight),
	.rebuild = IF_RESTORE(comm_rebuild),
};
