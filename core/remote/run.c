/*
 * run.c - a thread is sent into the stub and brought back.
 *
 * The order on the way in is registers, signal mask, run; on the way out signal mask, registers. A thread that stands in the stub
 * with any mask repairs it by itself when we die; one with its own registers and everything blocked could not.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/io.h"
#include "core/proc/proc.h"
#include "core/remote/internal.h"

#ifndef PTRACE_EVENT_STOP
#define PTRACE_EVENT_STOP 128
#endif

#define START_SECONDS 5			/* until a thread that is resumed has to have run: also on a busy machine */

/* What is left for the thread to do when we are dead. */
static void fill_ctl(struct stub_ctl *ctl, const struct remote_thread *t)
{
	ctl->magic = STUB_MAGIC;
	ctl->offset = (uint32_t)STUB_CTL;
	ctl->size = (uint32_t)STUB_SIZE;
	ctl->go = 0;
	ctl->done = 0;
	ctl->signal = (uint32_t)t->process->self_signal;
	ctl->all = ~(uint64_t)0;
	ctl->mask = t->sigmask;
	arch_fill_home(ctl, &t->regs);
}

/* Its slot is for others. */
void run_vacate(struct remote_thread *t)
{
	struct remote_internal *in = internal_of(t->process);

	if (in->inside[t->slot] == t)
		in->inside[t->slot] = NULL;
}

/* T has ended: notes and records that, returns -1. */
static int gone(struct remote_thread *t)
{
	t->gone = 1;
	t->entered = 0;
	run_vacate(t);
	return t->process->newborn ? fail_plain("process %d (thread %d) ended while it was being made", t->process->pid, t->tid) :
		fail_refused("process %d (thread %d) ended meanwhile", t->process->pid, t->tid);
}

int run_moved(struct remote_thread *t, int ret)
{
	cleanup_fd int dir = -1;

	return ret < 0 && (proc_open(t->tid, &dir) || !proc_lives(dir)) ? gone(t) : ret;
}

static int set_regs(struct remote_thread *t, struct user_regs_struct *regs)
{
	if (!process_set_regs(t, regs))
		return 0;
	return errno == ESRCH ? gone(t) : fail("set registers of thread %d", t->tid);
}

static int set_mask(struct remote_thread *t, uint64_t mask)
{
	if (!ptrace(PTRACE_SETSIGMASK, t->tid, (void *)sizeof(mask), &mask))
		return 0;
	return errno == ESRCH ? gone(t) : fail("set signal mask of thread %d", t->tid);
}

/*
 * The kernel forgets a restartable sequence once the thread runs elsewhere, and would not abort it any more; so it is aborted here,
 * before the thread is sent anywhere. See rseq(2).
 */
static void abort_rseq(struct remote_thread *t)
{
	uint64_t pc = t->process->newborn || t->entered ? 0 : regs_rseq_abort(t);

	if (pc)
		arch_set_pc(&t->regs, pc);
}

/* A thread's regs while it is not at home: in the stub of its slot, or in the one in the vdso. */
enum { IN_SLOT = 1, IN_BOOT = 2 };

static int enter(struct remote_thread *t, int where, uint64_t pc, const struct boot_calls *calls)
{
	struct user_regs_struct regs = t->regs;

	if (calls)
		arch_boot_regs(&regs, calls);
	arch_enter_regs(&regs, pc, calls ? calls->nr : 0);
	t->entered = where;
	if (set_regs(t, &regs) < 0 || (!t->masked && set_mask(t, ~(1ull << (t->process->self_signal - 1))) < 0))
		return -1;
	t->masked = 1;
	return 0;
}

static uint64_t slot_of(const struct remote_thread *t)
{
	return t->process->scratch_remote + t->slot * SLOT_STRIDE;
}

static struct stub_ctl *ctl_of(const struct remote_thread *t)
{
	return (struct stub_ctl *)(t->process->scratch + t->slot * SLOT_STRIDE + SLOT_CTL);
}

/* With its own mask again a handler may be the first to run if we die now: the stub has to learn of it. */
static int stand_at_exit(struct remote_thread *t)
{
	struct user_regs_struct regs = t->regs;

	arch_enter_regs(&regs, t->entered == IN_BOOT ? internal_of(t->process)->boot + STUB_SIGNALLED : slot_of(t) + SLOT_SIGNALLED, 0);
	return set_regs(t, &regs);
}

int run_leave(struct remote_thread *t)
{
	run_vacate(t);
	if (!t->entered || t->gone)
		return 0;
	if ((!t->process->newborn && stand_at_exit(t) < 0) || set_mask(t, t->sigmask) < 0 || set_regs(t, &t->regs) < 0)
		return -1;
	t->entered = t->masked = 0;
	return 0;
}

/* What a newborn starts with is put right at the end. */
static int make_way(struct remote_thread *t)
{
	if (!t->process->newborn)
		return run_leave(t);
	run_vacate(t);
	return 0;
}

int run_leave_all(struct remote_process *p)
{
	int ret = 0;

	for (size_t i = 0; i < p->nthreads; i++)
		if (run_leave(&p->threads[i]) < 0)
			ret = -1;
	return ret;
}

/* ---- waiting ---- */

/* The self signal that was just reported: the stub's, or somebody else's that was still in the queue? */
static int has_finished(struct remote_thread *t, int boot)
{
	struct remote_internal *in = internal_of(t->process);
	struct user_regs_struct regs;
	uint32_t done;

	if (boot)
		return !process_get_regs(t, &regs) && arch_pc(&regs) == in->boot + STUB_SIGNALLED;
	if (in->copied)
		return !remote_read(t->process, slot_of(t) + SLOT_CTL + offsetof(struct stub_ctl, done), &done, sizeof(done)) && done;
	return __atomic_load_n(&ctl_of(t)->done, __ATOMIC_ACQUIRE) != 0;
}

/* 1: the stub has finished, 0: goes on, -1: recorded. */
static int handle_stop(struct remote_thread *t, int status, int boot)
{
	int what = status >> 16, sig = WSTOPSIG(status);

	if (what == PTRACE_EVENT_STOP)
		return 0;		/* a stop that was asked for before, or a group stop */
	if (what)
		return fail_plain("thread %d reports the unexpected event %d", t->tid, what);
	if (sig == t->process->self_signal) {
		if (has_finished(t, boot))
			return 1;
		t->lost_self_signal = 1;
		return 0;
	}
	if (sig == SIGSTOP) {
		t->pending_signal = SIGSTOP;
		return 0;
	}
	return fail_plain("signal %d in thread %d while it ran calls for us", sig, t->tid);
}

/*
 * A leader that was killed together with its threads is not reported before each of those has been waited for: a plain wait for it
 * would never return.
 */
static void reap_others(struct remote_thread *t)
{
	struct remote_process *p = t->process;
	int other;

	if (t->tid != p->pid || task_state(t->tid) != 'Z')
		return;
	for (size_t i = 0; i < p->nthreads; i++)
		if (&p->threads[i] != t && waitpid(p->threads[i].tid, &other, __WALL | WNOHANG) > 0 && !WIFSTOPPED(other))
			p->threads[i].gone = 1;
}

/* Nor does one return for a task that may be stopped but not run: in a frozen control group. The first call says which it is. */
static int wait_stop(struct remote_thread *t, int boot, uint64_t *deadline, int *status)
{
	struct remote_process *p = t->process;
	int asks = boot && !p->newborn;
	unsigned round = 0;
	pid_t ret;

	if (!boot && (p->nthreads == 1 || t->tid != p->pid))
		return task_wait(t->tid, status);
	while (!(ret = waitpid(t->tid, status, __WALL | WNOHANG))) {
		task_nap(&round);
		if (round % 64)
			continue;
		reap_others(t);
		if (asks && task_is_late(deadline, START_SECONDS * 1000)) {
			ptrace(PTRACE_INTERRUPT, t->tid, 0, 0);
			asks = 0;
		}
	}
	return ret < 0 ? -1 : 0;
}

/* Stopped on its way into the boot stub: it looks like an interrupted call until it gets there. */
static int has_not_begun(struct remote_thread *t)
{
	struct user_regs_struct regs;

	return !process_get_regs(t, &regs) && arch_is_entering(&regs, internal_of(t->process)->boot + STUB_ONCE);
}

static int resume(struct remote_thread *t)
{
	if (!ptrace(PTRACE_CONT, t->tid, 0, 0))
		return 0;
	return errno == ESRCH ? gone(t) : fail("resume thread %d", t->tid);
}

static int wait_finished(struct remote_thread *t, int boot)
{
	uint64_t deadline = 0;
	int status, ret;

	for (;;) {
		if (wait_stop(t, boot, &deadline, &status) < 0 || !WIFSTOPPED(status))
			return gone(t);
		ret = handle_stop(t, status, boot);
		if (ret)
			return ret < 0 ? -1 : 0;
		if (boot && task_is_late(&deadline, START_SECONDS * 1000) && has_not_begun(t)) {
			if (run_leave(t) == 0)
				fail_refused("process %d does not run: is its control group frozen (docker pause, cgroup.freeze)?", t->process->pid);
			return -1;
		}
		if (resume(t) < 0)
			return -1;
	}
}

static int check_runnable(struct remote_thread *t)
{
	if (internal_of(t->process)->seccomp)
		return fail_refused("process %d has a seccomp filter; suspending it needs CAP_SYS_ADMIN and CONFIG_CHECKPOINT_RESTORE",
				    t->process->pid);
	if (t->gone || t->zombie)
		return fail_refused("thread %d of process %d has ended", t->tid, t->process->pid);
	return 0;
}

/* ---- running ---- */

static int fast_again(struct remote_thread *t, uint64_t table, unsigned count)
{
	struct stub_ctl *ctl = ctl_of(t);

	ctl->table = table;
	ctl->count = count;
	ctl->done = 0;
	__atomic_store_n(&ctl->go, 1, __ATOMIC_RELEASE);	/* last: dead from here on, we leave a whole batch behind */
	if (!internal_of(t->process)->copied)
		return 0;
	return run_moved(t, remote_write(t->process, slot_of(t) + SLOT_CTL, ctl, sizeof(*ctl)));
}

static int first_time(struct remote_thread *t, uint64_t table, unsigned count)
{
	struct remote_process *p = t->process;
	struct stub_ctl *ctl = ctl_of(t);

	abort_rseq(t);
	fill_ctl(ctl, t);
	ctl->scratch = p->scratch_remote;
	ctl->scratch_size = p->scratch_size;
	ctl->table = table;
	ctl->count = count;
	ctl->go = 1;			/* it comes in by the way out */
	if (internal_of(p)->copied && run_moved(t, remote_write(p, slot_of(t) + SLOT_CTL, ctl, sizeof(*ctl))) < 0)
		return -1;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return enter(t, IN_SLOT, slot_of(t) + SLOT_SIGNALLED, NULL);
}

unsigned run_slot(const struct remote_thread *t)
{
	return internal_of(t->process)->inside[t->slot] == t ? t->slot : 0;
}

/* T takes SLOT, from the thread that is in it. */
static int move_in(struct remote_thread *t, unsigned slot, uint64_t table, unsigned count)
{
	struct remote_internal *in = internal_of(t->process);

	if ((slot && scratch_make_slots(t->process) < 0) || make_way(t) < 0 || (in->inside[slot] && make_way(in->inside[slot]) < 0))
		return -1;
	t->slot = slot;
	if (first_time(t, table, count) < 0)
		return -1;
	in->inside[slot] = t;
	return 0;
}

int run_start(struct remote_thread *t, unsigned slot, uint64_t table, unsigned count)
{
	if (check_runnable(t) < 0)
		return -1;
	if (!t->process->scratch)
		return fail_plain("process %d has no scratch", t->process->pid);
	if ((internal_of(t->process)->inside[slot] == t ? fast_again(t, table, count) : move_in(t, slot, table, count)) < 0)
		return -1;
	return resume(t);
}

int run_wait(struct remote_thread *t)
{
	return wait_finished(t, 0);
}

int run_boot_start(struct remote_thread *t, uint64_t scratch, size_t scratch_size, const struct boot_calls *calls)
{
	struct remote_internal *in = internal_of(t->process);
	uint8_t copy[STUB_SIZE_MAX];
	struct stub_ctl *ctl = (struct stub_ctl *)(copy + STUB_CTL);

	if (check_runnable(t) < 0 || run_leave(t) < 0)
		return -1;
	abort_rseq(t);
	memcpy(copy, remote_stub, STUB_SIZE);
	fill_ctl(ctl, t);
	ctl->scratch = scratch;
	ctl->scratch_size = scratch_size;
	if (remote_write(t->process, in->boot, copy, STUB_SIZE) < 0)
		return -1;
	return enter(t, IN_BOOT, in->boot + STUB_ONCE, calls) < 0 || resume(t) < 0 ? -1 : 0;
}

int run_boot_wait(struct remote_thread *t, long *result, long *next)
{
	struct user_regs_struct regs;

	if (wait_finished(t, 1) < 0)
		return -1;
	if (process_get_regs(t, &regs) < 0)
		return gone(t);
	*result = arch_boot_result(&regs);
	if (next)
		*next = arch_boot_next_result(&regs);
	return run_leave(t);
}
