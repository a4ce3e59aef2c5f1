/* leader_exited.c - the first thread has exited, the others go on: a zombie leader with live threads. */
/* flavours: dynamic static musl */
#include "subject.h"
#include <pthread.h>
#include <sys/prctl.h>

static pid_t pid;
static pthread_barrier_t together;


static void *other(void *arg)
{
	char block[10000];
	pid_t tid = syscall(SYS_gettid);

	subject_fill(block, sizeof(block), 9);
	pthread_barrier_wait(&together);
	subject_wait();
	EXPECT_EQ(syscall(SYS_gettid), tid, "tid");
	EXPECT_FILLED(block, sizeof(block), 9, "stack of a thread");
	return arg;
}

static void *last(void *arg)
{
	pthread_t thread;
	void *answer;
	char path[64];

	pthread_create(&thread, NULL, other, &pid);
	pthread_barrier_wait(&together);
	snprintf(path, sizeof(path), "%d/task/%d/status", pid, pid);
	while (subject_proc(path, "State")[0] != 'Z')
		subject_nap(1);
	prctl(PR_SET_NAME, "the last one");

	subject_freeze();

	EXPECT_EQ(getpid(), pid, "pid");
	EXPECT(subject_proc(path, "State")[0] == 'Z', "the leader's state is %s", subject_proc(path, "State"));
	EXPECT(!pthread_join(thread, &answer) && answer == &pid, "pthread_join");
	exit(subject_end());
	return arg;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	subject_init(argc, argv);
	pid = getpid();
	pthread_barrier_init(&together, NULL, 2);
	MUST(!pthread_create(&thread, NULL, last, NULL));
	syscall(SYS_exit, 0);
	return 1;
}
