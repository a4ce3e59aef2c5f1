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

#include "core/base/bind.h"
#include "core/base/err.h"
#include "core/base/thread.h"

int thread_start(pthread_t *thread, void *(*run)(void *), void *arg)
{
	sigset_t all, before;
	int err;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	bind_lift();
	err = pthread_create(thread, NULL, run, arg);
	bind_again();
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

int thread_beside(pthread_t *thread, void *(*run)(void *), void *arg)
{
	if (thread_cpus(2) < 2)
		return 0;
	if (!thread_start(thread, run, arg))
		return 1;
	err_clear();
	return 0;
}

/* ---- work that is shared ---- */

#if ENABLE_APPLET_DUMP || ENABLE_APPLET_RESTORE
#define MANY 16				/* below that to start a thread takes longer than to do all of it */
#define PORTION 4

struct work {
	thread_share_fn *f;
	void *ctx;
	size_t n, next;
	int failed;
};

static void *take_portions(void *arg)
{
	struct work *w = arg;
	size_t i;

	while ((i = __atomic_fetch_add(&w->next, PORTION, __ATOMIC_RELAXED)) < w->n)
		for (size_t end = i + PORTION < w->n ? i + PORTION : w->n; i < end; i++)
			if (w->f(w->ctx, i) < 0)
				__atomic_store_n(&w->failed, 1, __ATOMIC_RELAXED);
	return NULL;
}

/* With descriptors of its own: where the table is shared, each use of one is counted, and waits for the other thread. */
static void *help(void *work)
{
	unshare(CLONE_FILES);
	return take_portions(work);
}

int thread_share(thread_share_fn *f, void *ctx, size_t n)
{
	struct work w = { f, ctx, n, 0, 0 };
	pthread_t helper;
	int helped = n >= MANY && thread_beside(&helper, help, &w);

	take_portions(&w);
	if (helped)
		pthread_join(helper, NULL);
	if (w.failed)
		err_clear();
	for (size_t i = 0; w.failed && i < n; i++)
		if (f(ctx, i) < 0)
			return -1;
	return 0;
}
#endif
