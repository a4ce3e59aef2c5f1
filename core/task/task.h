/*
 * task.h - what the units of this folder share: reaching a thread's /proc folder, queueing calls, asking who we are.
 *
 * Header only: every .c file of this folder is a unit.
 */
#ifndef CR_TASK_TASK_H
#define CR_TASK_TASK_H

#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/err.h"
#include "core/base/io.h"
#include "core/proc/proc.h"
#include "core/unit.h"

/* Queues one call; missing arguments are 0. */
#define CALL(b, what, nr, ...) CALL_OF(__VA_ARGS__, 6, 6, 6, 3, 3, 3, 0)(b, what, nr, __VA_ARGS__, 0, 0, 0, 0, 0, 0)
#define CALL_OF(a0, a1, a2, a3, a4, a5, n, ...) CALL_##n
#define CALL_3(b, what, nr, a0, a1, a2, ...) batch_call3(b, what, nr, a0, a1, a2)
#define CALL_6(b, what, nr, a0, a1, a2, a3, a4, a5, ...) batch_call(b, what, nr, a0, a1, a2, a3, a4, a5)

/* /proc/PID/task/TID/status. Returns an enum proc_result. */
static inline int task_read_status(const struct task *t, const struct thread *th, struct arena *a, struct proc_status *out)
{
	cleanup_fd int dir = -1;
	int r = proc_open_thread(t->pid, th->tid, &dir);

	return r == PROC_OK ? proc_read_status(dir, a, out) : r;
}

/* Real user and effective capabilities, as a look has found them, or read now. Of a thread that is gone both stay as they are. -1: recorded. */
static inline int task_who(const struct task *t, const struct thread *th, uint32_t *ruid, uint64_t *cap_eff)
{
	struct proc_status status = { .uid = { (uint32_t)th->ruid }, .cap_eff = th->cap_eff };
	struct arena arena = { 0 };
	int r = th->ruid < 0 ? task_read_status(t, th, &arena, &status) : PROC_OK;

	if (r == PROC_OK) {
		*ruid = status.uid[0];
		*cap_eff = status.cap_eff;
	}
	arena_free(&arena);
	return r == PROC_ERROR ? -1 : 0;
}

/* Timers: one that has still to be verified is set so many seconds later than it will be started. */
#define TASK_TIMER_FAR 3600
#define TASK_TIMER_RUNS_ON "the timer runs on"

/* Is this no time that a timer could have? A second has PARTS. */
static inline int task_timer_bad(int64_t sec, int64_t part, int64_t parts)
{
	return sec < 0 || sec > INT64_MAX - TASK_TIMER_FAR || part < 0 || part >= parts;
}

/* What a look() that found nothing returns: PROC_GONE for a vanished thread, 0 where there is nothing to be found. */
static inline int task_look_result(int proc_result)
{
	return proc_result == PROC_ABSENT ? 0 : proc_result;
}

/* Our own effective capabilities: a newborn starts with them. */
static inline uint64_t task_own_caps(void)
{
	struct { uint32_t version; int pid; } header = { 0x20080522, 0 };	/* _LINUX_CAPABILITY_VERSION_3 */
	struct { uint32_t effective, permitted, inheritable; } data[2];

	memset(data, 0, sizeof(data));
	if (syscall(SYS_capget, &header, data) < 0)
		return 0;
	return data[0].effective | (uint64_t)data[1].effective << 32;
}

static inline int task_own_cap(unsigned cap)
{
	return task_own_caps() >> cap & 1;
}

#endif
