/*
 * release.c - lets a process go, or ends it.
 *
 * PTRACE_DETACH gives everything back by itself: a group stop goes on, an interrupted call is restarted by the kernel, with the time
 * that remained, from the registers it was found with.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/remote/internal.h"

static int is_set(pid_t pid, const char *key, int sig)
{
	uint64_t set = 0;

	return task_status(pid, key, 16, &set) == 0 && (set >> (sig - 1) & 1);
}

/* A SIGSTOP that was taken out of the queue goes in again, unless a SIGCONT came after it. */
static void return_signals(struct remote_process *p)
{
	for (size_t i = 0; i < p->nthreads; i++) {
		struct remote_thread *t = &p->threads[i];
		int sig = p->self_signal;

		if (t->gone || p->newborn)
			continue;
		if (t->pending_signal && !is_set(p->pid, "ShdPnd", SIGCONT) && !is_set(t->tid, "SigPnd", SIGCONT))
			kill(p->pid, t->pending_signal);
		if (t->lost_self_signal && (t->sigmask >> (sig - 1) & 1 || is_set(t->tid, "SigCgt", sig)))
			syscall(SYS_tgkill, p->pid, t->tid, sig);
	}
}

/*
 * A thread that was let go may end the whole process at once. Those that are still traced then wait, dead, for us; so does the parent's
 * notice. Our own child's end is left for who waits for it as a parent.
 */
static void detach(struct remote_thread *t)
{
	uint64_t parent = 0;
	uint64_t deadline = 0;
	unsigned round = 0;
	int status;

	/* One that has not stopped yet, because the seizing was given up: it cannot be let go before it does. */
	while (!t->stopped && !waitpid(t->tid, &status, __WALL | WNOHANG) && !task_is_late(&deadline, 100))
		task_nap(&round);
	if (!ptrace(PTRACE_DETACH, t->tid, 0, 0) || !t->stopped)
		return;
	if (t->tid == t->process->pid && task_status(t->tid, "PPid", 10, &parent) == 0 && (pid_t)parent == getpid())
		return;
	while (task_await(t->tid, &status) == 0 && WIFSTOPPED(status))
		if (!ptrace(PTRACE_DETACH, t->tid, 0, 0))
			break;
}

/* A thread that was found gone when something was asked of it may not have been waited for yet; its leader is not reported before that. */
static void reap_gone(struct remote_process *p)
{
	uint64_t deadline = 0;
	int status;

	for (size_t i = 0; i < p->nthreads; i++) {
		unsigned round = 0;

		if (!p->threads[i].gone || p->threads[i].tid == p->pid)
			continue;
		while (!waitpid(p->threads[i].tid, &status, __WALL | WNOHANG) && !task_is_late(&deadline, 1000))
			task_nap(&round);
	}
}

/* The leader last: it is reported only when the others have been waited for. */
static void detach_all(struct remote_process *p)
{
	reap_gone(p);
	for (size_t i = p->nthreads; i-- > 0;)
		if (!p->threads[i].gone && !p->threads[i].zombie)
			detach(&p->threads[i]);
}

/*
 * A thread takes its stop only when it is scheduled, and runs until then. A parent that is let go next must not see that, nor find
 * nothing to wait for. One that somebody continues meanwhile is not held on to for long.
 */
static void await_stop(struct remote_process *p)
{
	uint64_t deadline = 0;
	unsigned round = 0;

	for (size_t i = 0; i < p->nthreads; i++)
		while (!p->threads[i].gone && task_state(p->threads[i].tid) == 'R' && !task_is_late(&deadline, 1000))
			task_nap(&round);
}

static int is_to_stop(const struct remote_process *p)
{
	for (size_t i = 0; i < p->nthreads; i++)
		if (p->threads[i].group_stopped || p->threads[i].pending_signal)
			return 1;
	return 0;
}

void remote_release(struct remote_process *p)
{
	if (!p)
		return;
	remote_close(p);
	return_signals(p);
	detach_all(p);
	if (is_to_stop(p))
		await_stop(p);
	process_free(p);
}

void remote_release_stopped(struct remote_process *p)
{
	if (!p)
		return;
	remote_close(p);
	return_signals(p);
	kill(p->pid, SIGSTOP);
	detach_all(p);
	await_stop(p);
	process_free(p);
}

/* Every other thread first: the leader is reported last, however long one waits for it. */
static void wait_end(struct remote_process *p)
{
	int status;

	reap_gone(p);
	for (size_t i = p->nthreads; i-- > 0;) {
		pid_t tid = p->threads[i].tid;

		if (p->threads[i].gone)
			continue;
		while (task_await(tid, &status) == 0 && WIFSTOPPED(status))
			ptrace(PTRACE_CONT, tid, 0, 0);
	}
}

/* A zombie leader was never seized: it ends when its last thread is waited for, and belongs to its parent. */
void remote_kill(struct remote_process *p)
{
	if (!p)
		return;
	kill(p->pid, SIGKILL);
	wait_end(p);
	process_free(p);
}

/* ---- a newborn that is to be a zombie ---- */

static int end_by_exit(struct remote_process *p, int code)
{
	struct remote_thread *t = &p->threads[0];
	long result;

	remote_syscall(t, &result, SYS_exit_group, (uint64_t)code, 0, 0, 0, 0, 0);
	if (!t->gone)
		return fail_plain("process %d did not exit", p->pid);
	err_clear();
	return 0;
}

static int end_by_signal(struct remote_process *p, int sig)
{
	const struct { uint64_t handler, flags, restorer, mask; } action = { 0, 0, 0, 0 };
	struct remote_thread *t = &p->threads[0];
	const uint64_t none = 0, dumps_core = 1ull << SIGQUIT | 1ull << SIGILL | 1ull << SIGTRAP | 1ull << SIGABRT | 1ull << SIGBUS |
		1ull << SIGFPE | 1ull << SIGSEGV | 1ull << SIGXCPU | 1ull << SIGXFSZ | 1ull << SIGSYS;
	struct batch b;
	int status;
	uint64_t at;

	if (sig == SIGKILL) {
		remote_syscall(t, &(long){ 0 }, SYS_kill, (uint64_t)p->pid, SIGKILL, 0, 0, 0, 0);
		return t->gone ? err_clear(), 0 : fail_plain("process %d did not end", p->pid);
	}
	if (batch_begin(&b, t) < 0)
		return -1;
	at = batch_put(&b, &action, sizeof(action));
	batch_call(&b, "rt_sigaction", SYS_rt_sigaction, (uint64_t)sig, at, 0, 8, 0, 0);
	/* No core. Only then: in another user namespace nobody may read of such a zombie how it ended. */
	if (dumps_core >> sig & 1)
		batch_call(&b, "prctl", SYS_prctl, 4 /* PR_SET_DUMPABLE */, 0, 0, 0, 0, 0);
	if (!at || batch_run(&b) < 0)
		return -1;
	/* It stands where a signal was about to be delivered: this one is instead. */
	if (ptrace(PTRACE_SETSIGMASK, t->tid, (void *)sizeof(none), &none) < 0 || ptrace(PTRACE_CONT, t->tid, 0, sig) < 0)
		return fail("end process %d by signal %d", p->pid, sig);
	while (task_await(t->tid, &status) == 0 && WIFSTOPPED(status))
		ptrace(PTRACE_CONT, t->tid, 0, status >> 16 ? 0 : WSTOPSIG(status) == sig ? sig : 0);
	if (!WIFSIGNALED(status) || WTERMSIG(status) != sig)
		return fail_plain("process %d did not end by signal %d", p->pid, sig);
	return 0;
}

int remote_end(struct remote_process *p, int wait_status)
{
	int ret = WIFEXITED(wait_status) ? end_by_exit(p, WEXITSTATUS(wait_status)) : end_by_signal(p, WTERMSIG(wait_status));

	if (ret < 0) {
		remote_kill(p);
		return -1;
	}
	process_free(p);
	return 0;
}
