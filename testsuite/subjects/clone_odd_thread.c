/* clone_odd_thread.c - a thread that does not share the list of semaphore adjustments, as all others do. */
/* flavours: dynamic */
/* refused: clone_vm */
#include "subject.h"
#include <pthread.h>
#include <sched.h>

#define ODD (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD)

static char stack[65536] __attribute__((aligned(16)));

/* Without the C library: it knows nothing of this thread. */
static int nap(void *arg)
{
	struct timespec second = { 1, 0 };

	for (;;)
		arg = (void *)syscall(SYS_nanosleep, &second, NULL);
	return 0;
}

static void *other(void *arg)
{
	return subject_wait(), arg;
}

int main(int argc, char **argv)
{
	pthread_t thread;
	pid_t odd;

	subject_init(argc, argv);
	MUST(!pthread_create(&thread, NULL, other, NULL));
	odd = clone(nap, stack + sizeof(stack), ODD, NULL);
	MUST(odd > 0);

	subject_freeze();

	EXPECT(syscall(SYS_kcmp, getpid(), odd, 6, 0, 0) > 0, "their lists are the same");
	return subject_end();
}
