/*
 * comm.c - the name of a thread: up to 15 bytes of anything but NUL.
 *
 *	/proc/PID/task/TID/stat: "4711 (worker 3) S ..."; a newline or a parenthesis inside the name is shown as it is
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
	struct comm *item = state_alloc(s, out, 1, sizeof(*item));

	if (!item)
		return -1;
	item->comm = (char *)th->comm;
	return 0;
}

static int comm_preflight(struct rebuild *r, const struct task *t, const struct thread *th, const struct state *in)
{
	const struct comm *item = in->items;

	if (strlen(item->comm) > COMM_MAX)
		return fail_image("thread %d: a name of %zu bytes", (int)th->tid, strlen(item->comm));
	return 0;
}

static int comm_rebuild(struct batch *b, const struct task *t, const struct thread *th, const struct state *in)
{
	const struct comm *item = in->items;
	uint64_t remote;

	remote = batch_put(b, item->comm, strlen(item->comm) + 1);
	if (!remote)
		return -1;
	CALL(b, "prctl(PR_SET_NAME)", SYS_prctl, SET_NAME, remote);
	return 0;
}

const struct task_kind task_comm = {
	.name = "comm",
	.title = ROW_TEXT("thread names"),
	.how = ROW_TEXT("the name in /proc/PID/task/TID/stat"),
	.page = ROW_PAGE(
		"The name of each thread, as ps -L and top show it: up to 15 bytes, set by exec(2) or PR_SET_NAME.\n\n"
		"Any byte but NUL may be in it, so it is stored escaped. It is read from /proc and set by "
		"prctl(PR_SET_NAME) inside of the thread. The command line that ps shows is memory of the process and "
		"carried with that.\n\n"
		"Nothing is lost."),
	.scope = PER_THREAD,
	.stage = STAGE_FIRST,
	.of_zombies = 1,
	.fields = IF_IMAGE(comm_fields),
	.size = sizeof(struct comm),
	.records = 1,
	.look = IF_INSIDE(comm_look),
	.preflight = IF_RESTORE(comm_preflight),
	.rebuild = IF_RESTORE(comm_rebuild),
};
