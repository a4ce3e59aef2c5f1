/* bind_test.c - what is made while we are bound is on one CPU; a helper thread is not, and neither is what was freed. */
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/bind.h"
#include "core/base/thread.h"
#include "check.h"

/* CPUs that TID (0: the calling thread) may use. */
static int cpus(pid_t tid)
{
	cpu_set_t set;

	return sched_getaffinity(tid, sizeof(set), &set) ? -1 : CPU_COUNT(&set);
}

static void *look(void *to)
{
	*(int *)to = cpus(0);
	return NULL;
}

int main(void)
{
	int before = cpus(0), in_thread = 0;
	pthread_t thread;
	pid_t child;

	if (before < 2) {
		puts("SKIP: bind: one CPU is all there is");
		return 0;
	}
	bind_begin();
	check(cpus(0) == 1, "bind: we are on one");
	check(!thread_start(&thread, look, &in_thread) && !pthread_join(thread, NULL), "bind: a helper thread");
	check(in_thread == before, "bind: a helper thread is free");
	check(cpus(0) == 1, "bind: we are not, still");
	child = fork();
	if (!child) {
		pause();
		_exit(0);
	}
	check(cpus(child) == 1, "bind: a child is where we are");
	check(!bind_free(child) && cpus(child) == before, "bind: the child is free");
	check(!bind_free(0) && cpus(0) == before, "bind: we are free");
	bind_end();
	check(!thread_start(&thread, look, &in_thread) && !pthread_join(thread, NULL) && cpus(0) == before, "bind: nothing is bound by a thread afterwards");
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	return failures != 0;
}
