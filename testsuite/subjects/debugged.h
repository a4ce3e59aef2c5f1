/* debugged.h - a thread, and a debugger that does something to it and detaches. */
#ifndef SUBJECT_DEBUGGED_H
#define SUBJECT_DEBUGGED_H

#include "subject.h"
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>

static pthread_barrier_t debugged_known, debugged_seen;
static pthread_t debugged_thread;
static pid_t debugged;			/* its number */

static void *debugged_work(void *arg)
{
	debugged = (pid_t)syscall(SYS_gettid);
	pthread_barrier_wait(&debugged_known);
	pthread_barrier_wait(&debugged_seen);
	return arg;
}

static void debugged_begin(void)
{
	prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
	pthread_barrier_init(&debugged_known, NULL, 2);
	pthread_barrier_init(&debugged_seen, NULL, 2);
	MUST(!pthread_create(&debugged_thread, NULL, debugged_work, NULL));
	pthread_barrier_wait(&debugged_known);
}

static void debugged_end(void)
{
	pthread_barrier_wait(&debugged_seen);
	pthread_join(debugged_thread, NULL);
}

/* Did WORK say yes, in a process that traces the thread? */
static int debug(int (*work)(void))
{
	pid_t child = fork();
	int status = -1;

	if (!child) {
		if (ptrace(PTRACE_SEIZE, debugged, 0, 0) || ptrace(PTRACE_INTERRUPT, debugged, 0, 0) ||
		    waitpid(debugged, &status, __WALL) != debugged)
			_exit(1);
		_exit(!work() || ptrace(PTRACE_DETACH, debugged, 0, 0));
	}
	MUST(waitpid(child, &status, 0) == child);
	return !status;
}

#endif
