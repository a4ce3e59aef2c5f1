/*
 * clone.c - children and threads of a newborn: made by it with the numbers that they are to have, as many as can be in one stop.
 *
 * clone3(2), set_tid
 */
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "core/base/err.h"
#include "core/remote/internal.h"

#ifndef PTRACE_EVENT_STOP
#define PTRACE_EVENT_STOP 128
#endif

#define CLONES_AT_ONCE 100		/* 128 bytes each in the scratch */
#define THREAD_FLAGS 0x50f00ull		/* CLONE_VM | FS | FILES | SIGHAND | THREAD | SYSVSEM */

/*
 * CLONE_PTRACE: what a traced task makes is traced like itself, EXITKILL included, and stops before its first instruction. No event is
 * asked for, so its maker need not stop for each of them.
 */
static int add_clone(struct batch *b, uint64_t flags, const struct remote_birth *birth)
{
	struct clone3_args args = { .flags = flags | CLONE_PTRACE, .exit_signal = (uint64_t)birth->exit_signal, .set_tid_size = 1 };
	uint64_t at;

	args.set_tid = batch_put(b, &birth->pid, sizeof(birth->pid));
	at = args.set_tid ? batch_put(b, &args, sizeof(args)) : 0;
	if (!at)
		return -1;
	batch_call(b, NULL, SYS_clone3, at, sizeof(args), 0, 0, 0, 0);
	return 0;
}

/* It was made, and has to be ended whatever comes next. */
static int note(struct remote_process *maker, uint64_t flags, struct remote_birth *birth)
{
	birth->process = flags ? maker : newborn_new(birth->pid, internal_of(maker)->mapping);
	return birth->process ? 0 : -1;
}

static int settle(struct remote_process *maker, uint64_t flags, struct remote_birth *birth)
{
	int status;

	if (task_wait(birth->pid, &status) < 0 || !WIFSTOPPED(status) || status >> 16 != PTRACE_EVENT_STOP)
		return fail_plain("the new task %d did not stop", birth->pid);
	return flags ? 0 : newborn_adopt(birth->process, internal_of(maker)->mapping, birth->scratch_offset, birth->scratch_size);
}

static int settle_all(struct remote_process *maker, uint64_t flags, struct remote_birth *births, size_t n)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < n; i++)
		ret = births[i].process ? settle(maker, flags, &births[i]) : 0;
	return ret;
}

static int fail_birth(long result, uint64_t flags, const struct remote_birth *birth)
{
	return newborn_fail_clone((int)-result, flags ? "thread number" : "process number", birth->pid);
}

/* One whose number was not free the first time. */
static int clone_late(struct remote_process *maker, uint64_t flags, struct remote_birth *birth)
{
	unsigned round = 0;
	struct batch b;
	long ret = -EEXIST;

	while (ret < 0 && newborn_is_left_over(ret, birth->pid, &round)) {
		if (batch_begin(&b, &maker->threads[0]) < 0 || add_clone(&b, flags, birth) < 0 || batch_run(&b) < 0)
			return -1;
		ret = batch_result(&b, 0);
	}
	if (ret < 0)
		return fail_birth(ret, flags, birth);
	return note(maker, flags, birth) < 0 ? -1 : settle(maker, flags, birth);
}

static int start_clones(struct batch *b, struct remote_process *maker, uint64_t flags, const struct remote_birth *births, size_t n)
{
	if (batch_begin(b, &maker->threads[0]) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (add_clone(b, flags, &births[i]) < 0)
			return -1;
	return batch_start(b);
}

/* The maker has failed in the middle: was this one made? */
static int is_ours(pid_t tid)
{
	int status;

	return waitpid(tid, &status, __WALL | WNOHANG) >= 0;
}

/* All that were made are noted, also when one was not. */
static int finish_clones(struct batch *b, struct remote_process *maker, uint64_t flags, struct remote_birth *births, size_t n)
{
	int failed = batch_finish(b) < 0, ret = failed ? -1 : 0;

	for (size_t i = 0; i < n; i++) {
		long result = failed ? (is_ours(births[i].pid) ? 0 : -EEXIST) : batch_result(b, (unsigned)i);

		if (result >= 0)
			ret = note(maker, flags, &births[i]) < 0 ? -1 : ret;
		else if (result != -EEXIST)
			ret = fail_birth(result, flags, &births[i]);
	}
	return ret;
}

/* While the maker makes some, those before are waited for. FLAGS 0: processes, else threads. */
static int clone_all(struct remote_process *maker, uint64_t flags, struct remote_birth *births, size_t n)
{
	size_t settled = 0;
	int ret = 0;

	for (size_t i = 0; !ret && i < n; i += CLONES_AT_ONCE) {
		size_t some = n - i < CLONES_AT_ONCE ? n - i : CLONES_AT_ONCE;
		struct batch b;

		if (start_clones(&b, maker, flags, births + i, some) < 0)
			return -1;
		ret = settle_all(maker, flags, births + settled, i - settled);
		settled = i;
		if (finish_clones(&b, maker, flags, births + i, some) < 0)
			ret = -1;
	}
	if (!ret)
		ret = settle_all(maker, flags, births + settled, n - settled);
	for (size_t i = 0; !ret && i < n; i++)
		if (!births[i].process)
			ret = clone_late(maker, flags, &births[i]);
	return ret;
}

int remote_fork(struct remote_process *parent, struct remote_birth *births, size_t n)
{
	for (size_t i = 0; i < n; i++)
		births[i].process = NULL;
	if (!internal_of(parent)->mapping)
		return fail_plain("process %d cannot have children made any more", parent->pid);
	return clone_all(parent, 0, births, n);
}

/* All stand at the same place in their maker's code: the registers of one are those of all. */
static int read_like(struct remote_thread *t, struct remote_thread *like)
{
	if (!like->tid) {
		if (process_read_regs(t) < 0)
			return fail("read registers of thread %d", t->tid);
		*like = *t;
	}
	t->regs = like->regs;
	t->sigmask = like->sigmask;
	return 0;
}

/* Also those of a failed attempt: they have to be waited for when the process is ended. */
static int add_threads(struct remote_process *p, const struct remote_birth *births, size_t n)
{
	struct remote_thread like = { .tid = 0 };
	int ret = 0;

	for (size_t i = 0; i < n; i++) {
		struct remote_thread *t;

		if (!births[i].process)
			continue;
		t = process_add_thread(p, births[i].pid);
		if (!t)
			return -1;
		t->stopped = 1;
		if (read_like(t, &like) < 0)
			ret = -1;
	}
	return ret;
}

int remote_clone_threads(struct remote_process *p, const pid_t *tids, size_t n)
{
	struct remote_birth *births = calloc(n + 1, sizeof(*births));
	int ret;

	if (!births)
		return fail_plain("out of memory");
	for (size_t i = 0; i < n; i++)
		births[i].pid = tids[i];
	ret = clone_all(p, THREAD_FLAGS, births, n);
	/* The threads move: the leader must not be in a slot meanwhile. */
	if (!p->threads[0].gone && run_leave(&p->threads[0]) < 0)
		ret = -1;
	if (add_threads(p, births, n) < 0)
		ret = -1;
	process_sort_threads(p);
	free(births);
	return ret;
}
