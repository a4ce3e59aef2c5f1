/*
 * guard_test.c - the guard of a seizure, of a process with very many threads: looking at all of them takes longer than the guard's
 * timer, and all the same the seizure goes on.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/remote/internal.h"

#define THREADS 100000
#define SEIZURES 100000

/* Whoever is never let out of the handler is ended by the alarm. */
static int seize_on_and_on(void)
{
	struct remote_process p = { .nthreads = THREADS, .threads = calloc(THREADS, sizeof(*p.threads)) };
	struct guard guard = { 0 };
	pid_t gone = fork();
	int seized = 0;

	if (!gone)
		_exit(0);
	waitpid(gone, NULL, 0);
	if (!p.threads)
		return -1;
	for (int i = 0; i < THREADS; i++)
		p.threads[i].tid = gone;
	alarm(60);
	for (int i = 0; i < SEIZURES; i++)
		seized += guard_seize(&guard, &p, gone) == 0;
	guard_end(&guard);
	alarm(0);
	free(p.threads);
	return seized;
}

int main(void)
{
	int ok = seize_on_and_on() == 0;

	printf("%s: the guard leaves time for the seizure\n", ok ? "PASS" : "FAIL");
	return !ok;
}
