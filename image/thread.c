/*
 * thread.c - helper threads: they take no signals, and can be stopped while they wait in a read or a write.
 *
 * Whoever reads or writes the other end of a pipe may never do so again. An abort must not wait for that, so the
 * system call can be cancelled; nothing else can, so no lock is ever left held and no memory is lost.
 *
 * pthread_cancel(3), pthread_setcancelstate(3)
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>

#include "image/private.h"

int thread_start(pthread_t *thread, void *(*run)(void *), void *arg)
{
	sigset_t all, before;
	int err;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	err = pthread_create(thread, NULL, run, arg);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (!err)
		return 0;
	errno = err;
	return fail("start a thread");
}

void thread_enter(void)
{
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
}

void thread_stop(pthread_t thread)
{
	pthread_cancel(thread);
	pthread_join(thread, NULL);
}

/* In a thread that nobody cancels these two do nothing. */
void thread_io_begin(void)
{
	pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
}

void thread_io_end(void)
{
	int err = errno;

	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
	errno = err;
}

unsigned thread_cpus(unsigned max)
{
	cpu_set_t set;
	unsigned n = 1;

	if (!sched_getaffinity(0, sizeof(set), &set))
		n = (unsigned)CPU_COUNT(&set);
	return n < 1 ? 1 : n > max ? max : n;
}
