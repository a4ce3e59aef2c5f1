/* pdeathsig_thread.c - a child that gets a signal when the thread that made it ends: a thread that is not the leader. */
/* flavours: dynamic */
/* refused: prctl */
#include "subject.h"
#include <pthread.h>
#include <sys/prctl.h>

static pid_t child;
static volatile int may_end;

static void *maker(void *arg)
{
	pid_t pid = fork();

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		for (;;)
			pause();
	}
	child = pid;
	while (!may_end)
		subject_nap(1);
	return arg;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	subject_init(argc, argv);
	MUST(!pthread_create(&thread, NULL, maker, NULL));
	while (!child)
		subject_nap(1);
	subject_nap(20);

	subject_freeze();

	EXPECT(!waitpid(child, NULL, WNOHANG), "the child ended before its time");
	may_end = 1;
	pthread_join(thread, NULL);
	subject_nap(20);
	if (!subject_wrong)
		kill(child, SIGUSR1);	/* too late, if the end of the thread was noticed */
	subject_reap(child, SIGTERM);
	return subject_end();
}
