/*
 * thread.h - helper threads: they take no signals.
 */
#ifndef CR_BASE_THREAD_H
#define CR_BASE_THREAD_H

#include <pthread.h>
#include <stddef.h>

int thread_start(pthread_t *thread, void *(*run)(void *), void *arg);	/* -1: recorded */
int thread_beside(pthread_t *thread, void *(*run)(void *), void *arg);	/* 0: no CPU for it, or it cannot be had: nothing is recorded */
unsigned thread_cpus(unsigned max);		/* how many CPUs we may use, MAX at most */

/* RUN calls thread_enter() first; it can then be stopped only between thread_io_begin() and _end(). */
void thread_enter(void);
void thread_io_begin(void);
void thread_io_end(void);
void thread_stop(pthread_t thread);		/* cancels and joins */

/*
 * F for each number below N, by us and, if they are many, by a second thread at the same time: F writes only to what belongs to its number. Where
 * it fails, below 0, all are done once more by us alone, so that what is recorded is ours. 0, or -1 recorded.
 */
typedef int thread_share_fn(void *ctx, size_t i);
#if ENABLE_APPLET_DUMP || ENABLE_APPLET_RESTORE
int thread_share(thread_share_fn *f, void *ctx, size_t n);
#else					/* a small program does not grow by all that threads need */
static inline int thread_share(thread_share_fn *f, void *ctx, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (f(ctx, i) < 0)
			return -1;
	return 0;
}
#endif

#endif
