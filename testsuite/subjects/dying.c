/* dying.c - six children that start processes with threads, each of which ends in half a millisecond: whoever looks sees them die. */
/* flavours: dynamic */
/* run: check.tests */
#include "subject.h"

#include <pthread.h>

#define CHILDREN 6

static void *idle(void *arg)
{
	usleep(300);
	return arg;
}

static void live_shortly(void)
{
	pthread_t thread;

	for (int i = 0; i < 3; i++)
		pthread_create(&thread, NULL, idle, NULL);
	usleep(500);
	_exit(0);
}

static void bear(void)
{
	for (;;) {
		pid_t pid = fork();

		if (!pid)
			live_shortly();
		waitpid(pid, NULL, 0);
	}
}

int main(int argc, char **argv)
{
	pid_t pids[CHILDREN];

	subject_init(argc, argv);
	for (int i = 0; i < CHILDREN; i++) {
		pids[i] = fork();
		MUST(pids[i] >= 0);
		if (!pids[i])
			bear();
	}

	subject_freeze();

	for (int i = 0; i < CHILDREN; i++) {
		kill(pids[i], SIGKILL);
		waitpid(pids[i], NULL, 0);
	}
	return subject_end();
}
