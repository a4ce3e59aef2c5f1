/*
 * io_uring.c - refuses rings that a thread has registered.
 *
 * Such a ring may have no descriptor and no mapping, so that nothing shows it.
 * Each of the 16 slots is asked for what its ring supports, which changes nothing: success, a ring; EBADF, none; EINVAL, none in any slot,
 * since the thread has never used io_uring (io_uring_register_get_file() in io_uring/register.c).
 * Rings with a descriptor are found among the descriptors. See io_uring_register(2), IORING_REGISTER_USE_REGISTERED_RING.
 */

#include "core/task/task.h"

#ifndef SYS_io_uring_register
#define SYS_io_uring_register 427
#endif
#define SLOTS 16
#define PROBE (8u | 1u << 31)
#define PROBE_SIZE 16			/* struct io_uring_probe without any operations */

/* The other slots are asked of a thread that has used io_uring, and of no other. */
static int io_uring_ask(struct ask *a, const struct task *t, const struct thread *th)
{
	CALL(a->batch, NULL, SYS_io_uring_register, 0, PROBE, a->remote, 0);
	return 0;
}

/* What says that there is nothing in this slot. */
static int no_ring(long r)
{
	return r == -EBADF || r == -EINVAL || r == -ENOSYS || r == -EOPNOTSUPP;
}

static int refuse(struct scan *s, const struct task *t, const struct thread *th, unsigned slot)
{
	return report_add(s->report, FINDING_REFUSED, "io_uring", t->pid, th->tid, report_object(s->report, "registered ring", slot),
			  "start it without io_uring", "an io_uring that may have no descriptor");
}

static int io_uring_answer(struct ask *a, struct scan *s, const struct task *t, const struct thread *th, struct state *out)
{
	long r = ask_result(a, 0);

	if (r == -EINVAL || r == -ENOSYS)	/* it never had a ring, or this kernel cannot be asked */
		return 0;
	for (unsigned i = 0; i < SLOTS; i++) {
		if (i && remote_syscall(a->thread, &r, SYS_io_uring_register, i, PROBE, a->remote + i * PROBE_SIZE, 0, 0, 0) < 0)
			return -1;
		if (!no_ring(r) && refuse(s, t, th, i) < 0)
			return -1;
	}
	return 0;
}

const struct task_kind task_io_uring = {
	.name = "io_uring",
	.title = ROW_TEXT("registered io_uring rings"),
	.how = ROW_TEXT("io_uring_register(IORING_REGISTER_PROBE) of all 16 slots inside the thread"),
	.inside = 1,
	.refuses = "io_uring",
	.scope = PER_THREAD,
	.space = SLOTS * PROBE_SIZE,
	.ask = IF_INSIDE(io_uring_ask),
	.answer = IF_INSIDE(io_uring_answer),
};
