/* child_of_thread.c - a child of a thread that does not lead its process. It is noted: restored, it is one of the leader. */
/* flavours: dynamic */
/* says: note +task +pid [0-9]+ +it is a child of thread [0-9]+ of process [0-9]+; restored, it will be one of thread */
#include <pthread.h>
#include "subject.h"

static volatile pid_t child;

static void *thread(void *arg)
{
	child = fork();
	for (;;)
		pause();
	return arg;
}

int main(int argc, char **argv)
{
	pthread_t t;

	subject_init(argc, argv);
	MUST(!pthread_create(&t, NULL, thread, NULL));
	while (!child)
		subject_nap(2);
	MUST(child > 0);

	subject_freeze();

	kill(child, SIGTERM);
	subject_reap(child, SIGTERM);
	return subject_end();
}
