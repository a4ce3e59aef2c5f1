/*
 * guard.c - PTRACE_SEIZE of a process that is in the middle of exec(2).
 *
 * exec by one thread ends all others and waits for them, holding a lock; a traced thread is only over when its tracer has waited for
 * it; and PTRACE_SEIZE of one more thread waits for that lock. The kernel restarts the call after a signal (ERESTARTNOINTR), so it is the
 * signal's handler that does the waiting. See cred_guard_mutex in ptrace_attach(), kernel/ptrace.c.
 */
#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/remote/internal.h"

#ifdef __GLIBC__			/* it has no name for this member */
#define sigev_notify_thread_id _sigev_un._tid
#endif
#define GUARD_SIGNAL (SIGRTMAX - 3)
#define GUARD_MS 5

static __thread struct remote_process *volatile seizing;	/* while the call is made: P->threads may move at other times */
static __thread int timer;		/* of the kernel; -1: none could be had */

void seize_reap(struct remote_process *p)
{
	int status;

	for (size_t i = 0; i < p->nthreads; i++)
		if (!p->threads[i].gone && !p->threads[i].zombie && waitpid(p->threads[i].tid, &status, __WALL | WNOHANG) > 0)
			seize_note(&p->threads[i], status);
}

/* Once. The next one is far away from when this one has been dealt with, however long it took: else nothing but the handler would run. */
static int start_timer(void)
{
	const struct itimerspec when = { .it_value = { .tv_nsec = GUARD_MS * 1000000 } };

	return (int)syscall(SYS_timer_settime, timer, 0, &when, NULL);
}

/* Comes again and again: nothing is lost when it comes too early. */
static void on_guard(int sig)
{
	int saved = errno;

	if (seizing)
		seize_reap(seizing);
	start_timer();
	errno = saved;
}

/* The kernel's own calls: the C library's bring along all that SIGEV_THREAD needs. */
static int arm(void)
{
	struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = GUARD_SIGNAL };

	event.sigev_notify_thread_id = (pid_t)syscall(SYS_gettid);
	if (syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &timer) < 0) {
		timer = -1;
		return -1;
	}
	return start_timer();
}

static int guard_begin(struct guard *g)
{
	sigset_t set;

	if (g->armed)
		return 0;
	sigemptyset(&set);
	sigaddset(&set, GUARD_SIGNAL);
	g->handler = signal(GUARD_SIGNAL, on_guard);
	pthread_sigmask(SIG_UNBLOCK, &set, &g->mask);
	g->armed = 1;
	return arm();
}

void guard_end(struct guard *g)
{
	if (!g->armed)
		return;
	syscall(SYS_timer_delete, timer);
	pthread_sigmask(SIG_SETMASK, &g->mask, NULL);
	signal(GUARD_SIGNAL, g->handler);
	g->armed = 0;
}

int guard_seize(struct guard *g, struct remote_process *p, pid_t tid)
{
	int ret;

	if (p->nthreads && guard_begin(g) < 0)		/* else there is nobody to be waited for yet */
		return -1;
	seizing = p;
	ret = ptrace(PTRACE_SEIZE, tid, 0, 0) < 0 ? -1 : 0;
	seizing = NULL;
	return ret;
}
