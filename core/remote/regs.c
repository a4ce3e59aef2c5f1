/*
 * regs.c - register state beyond what every stop reads: xsave area, rseq registration, calls that were interrupted.
 *
 * An image must not depend on kernel memory that a new process does not have: a restart block, a pending rseq abort.
 *
 *	rax -512 -513 -514	the kernel restarts the call in a new process too, from rax and orig_rax
 *	rax -516		nanosleep, clock_nanosleep, poll, futex: becomes -514, which a signal that waits ends with EINTR in the same way.
 *				A sleep that gave the kernel a place for the remaining time sleeps that time; one that did not, like poll
 *				and futex, sleeps its full relative time again: the kernel tells nobody how much remains.
 *	orig_rax 219		it was interrupted before: the kernel runs restart_syscall(2), and which call that is shows only in the
 *				function where it sleeps (/proc/PID/wchan)
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>

#include "core/base/err.h"
#include "core/base/io.h"
#include "core/remote/internal.h"

#ifndef SYS_rseq
#define SYS_rseq 334
#endif

#ifndef PTRACE_GET_RSEQ_CONFIGURATION
#define PTRACE_GET_RSEQ_CONFIGURATION 0x420f
#endif

/* ---- xsave ---- */

int remote_get_xstate(struct remote_thread *t, void *area, size_t *len)
{
	struct iovec io = { area, *len };

	if (ptrace(PTRACE_GETREGSET, t->tid, (void *)ARCH_XSTATE, &io) < 0)
		return fail("read the extended registers of thread %d", t->tid);
	*len = io.iov_len;
	return 0;
}

int remote_set_xstate(struct remote_thread *t, const void *area, size_t len)
{
	struct iovec io = { (void *)area, len };

	if (ptrace(PTRACE_SETREGSET, t->tid, (void *)ARCH_XSTATE, &io) < 0)
		return fail("set the extended registers of thread %d", t->tid);
	return 0;
}

/* ---- rseq ---- */

/* A live thread that stands registers nothing: it is asked once. */
int remote_get_rseq(struct remote_thread *t, struct remote_rseq *out)
{
	struct { uint64_t pointer; uint32_t size, signature, flags, pad; } conf = { 0 };

	*out = t->rseq;
	if (t->rseq_known && !t->process->newborn)
		return 0;
	memset(out, 0, sizeof(*out));
	if (ptrace((int)PTRACE_GET_RSEQ_CONFIGURATION, t->tid, (void *)sizeof(conf), &conf) < 0) {
		if (errno == EIO || errno == EINVAL)
			return syscall(SYS_rseq, NULL, 0, 0, 0) < 0 && errno == ENOSYS ? 0 : 1;
		return fail("read the rseq registration of thread %d", t->tid);
	}
	out->pointer = conf.pointer;
	out->size = conf.size;
	out->signature = conf.signature;
	t->rseq = *out;
	t->rseq_known = 1;
	return 0;
}

uint64_t regs_rseq_abort(struct remote_thread *t)
{
	struct { uint32_t cpu_start, cpu; uint64_t cs; } area;
	struct { uint32_t version, flags; uint64_t start, length, abort; } cs;
	struct remote_rseq rseq;

	if (remote_get_rseq(t, &rseq) != 0 || !rseq.pointer)
		return 0;
	if (remote_read(t->process, rseq.pointer, &area, sizeof(area)) < 0 || !area.cs ||
	    remote_read(t->process, area.cs, &cs, sizeof(cs)) < 0)
		return 0;
	return arch_pc(&t->regs) - cs.start < cs.length ? cs.abort : 0;
}

/* ---- interrupted calls ---- */

static int is_time(const struct timespec *t)
{
	return t->tv_sec >= 0 && t->tv_nsec >= 0 && t->tv_nsec < 1000000000;
}

/*
 * Whenever the kernel interrupts a relative sleep, as our stop did, it writes the remaining time to where the caller wants it: see
 * nanosleep_copyout() in kernel/time/hrtimer.c. The call that is issued again takes its request from there. That changes one register
 * which a call keeps; the functions of a libc do not look at it afterwards, since by the ABI their callers may not rely on it. Code with
 * a syscall instruction of its own may: it then finds the address of the remaining time there, which is what a loop around an
 * interrupted sleep goes on with. Without such a place (NULL) the whole time is slept again.
 */
static void sleep_the_rest(struct remote_thread *t, struct user_regs_struct *regs, long nr)
{
	int request = nr == SYS_clock_nanosleep ? 2 : 0;
	uint64_t rest_at = arch_arg(regs, request + 1);
	struct timespec whole, rest;

	if ((nr != SYS_nanosleep && nr != SYS_clock_nanosleep) || !rest_at ||
	    (nr == SYS_clock_nanosleep && arch_arg(regs, 1) & TIMER_ABSTIME))
		return;
	if (remote_read(t->process, arch_arg(regs, request), &whole, sizeof(whole)) < 0 ||
	    remote_read(t->process, rest_at, &rest, sizeof(rest)) < 0) {
		err_clear();		/* the memory is gone meanwhile: the call will say so itself */
		return;
	}
	/* Another thread may have written there since. */
	if (!is_time(&rest) || rest.tv_sec > whole.tv_sec || (rest.tv_sec == whole.tv_sec && rest.tv_nsec > whole.tv_nsec))
		return;
	arch_set_arg(regs, request, rest_at);
}

/* Stopped again before it was back in a call that an earlier stop interrupted, say. */
static int is_about_to_call(const struct remote_thread *t)
{
	char insn[ARCH_SYSCALL_INSN_SIZE];

	if (remote_read(t->process, arch_pc(&t->regs), insn, sizeof(insn)) < 0) {
		err_clear();		/* it will fault there */
		return 0;
	}
	return !memcmp(insn, ARCH_SYSCALL_INSN, sizeof(insn));
}

long remote_interrupted_call(const struct remote_thread *t, uint64_t args[6])
{
	long nr = arch_syscall_nr(&t->regs);

	for (int i = 0; i < 6; i++)
		args[i] = arch_arg(&t->regs, i);
	return nr < 0 && is_about_to_call(t) ? arch_next_nr(&t->regs) : nr;
}

int remote_image_regs(struct remote_thread *t, struct user_regs_struct *out)
{
	uint64_t pc = t->entered ? 0 : regs_rseq_abort(t);	/* who was sent into the stub has been aborted before */
	long nr = arch_syscall_nr(&t->regs);

	*out = t->regs;
	if (pc)
		arch_set_pc(out, pc);
	if (!arch_in_restart_block(out))
		return 0;
	if (nr == ARCH_NR_RESTART_SYSCALL)
		nr = t->restarted_call;
	if (nr <= 0)
		return fail_refused("thread %d is restarting a call, and the kernel does not tell which (/proc/%d/wchan)", t->tid, t->tid);
	sleep_the_rest(t, out, nr);
	arch_ask_again(out, nr);
	return 0;
}

/*
 * The four calls with a restart block. The two sleeps may show as what called them, do_syscall_64: their restart is a tail call. Of those,
 * clock_nanosleep() begins with a clock (small, or negative as an int), nanosleep() with an address.
 */
static long name_sleep(const struct user_regs_struct *regs, const char *wchan)
{
	uint64_t first = arch_arg(regs, 0);
	uint32_t high = (uint32_t)(first >> 32), low = (uint32_t)first;

	if (strstr(wchan, "poll"))
		return SYS_poll;
	if (strstr(wchan, "futex"))
		return SYS_futex;
	if (!strstr(wchan, "sleep") && !strstr(wchan, "syscall"))
		return -1;
	return first < 64 || ((high == 0 || high == UINT32_MAX) && low >> 31) ? SYS_clock_nanosleep : SYS_nanosleep;
}

/* Lets the thread fall asleep again, sees where, and stops it once more. -1: it did not sleep in time. */
static void learn(struct remote_thread *t)
{
	char path[64];
	unsigned round = 0;
	uint64_t deadline = 0;
	int status;

	snprintf(path, sizeof(path), "/proc/%d/wchan", t->tid);
	t->restarted_call = -1;
	t->stopped = t->read = t->rseq_known = 0;
	ptrace(PTRACE_CONT, t->tid, 0, 0);
	while (!task_is_late(&deadline, 100)) {
		cleanup_buf struct buf wchan = { 0 };

		/* a group stop, or the interrupt that was still pending; anything else is left to who waits for the stop */
		if (waitpid(t->tid, &status, __WALL | WNOHANG) > 0) {
			if (!WIFSTOPPED(status)) {
				t->gone = 1;
				return;
			}
			ptrace(PTRACE_CONT, t->tid, 0, status >> 16 ? 0 : WSTOPSIG(status));
		} else if (task_state(t->tid) == 'S') {
			/* on its way to sleep it shows nothing yet */
			if (io_read_file(AT_FDCWD, path, &wchan) >= 0 && wchan.len)
				t->restarted_call = name_sleep(&t->regs, wchan.p);
			if (t->restarted_call > 0)
				break;
		}
		task_nap(&round);
	}
	ptrace(PTRACE_INTERRUPT, t->tid, 0, 0);
}

int seize_learn_restarts(struct remote_process *p)
{
	int ran = 0;

	for (size_t i = 0; i < p->nthreads; i++) {
		struct remote_thread *t = &p->threads[i];

		if (t->zombie || t->restarted_call || !arch_in_restart_block(&t->regs) ||
		    arch_syscall_nr(&t->regs) != ARCH_NR_RESTART_SYSCALL)
			continue;
		learn(t);
		ran = 1;
	}
	return ran && seize_wait_all(p) < 0 ? -1 : ran;
}
