/* waiting.c - threads inside calls that the kernel ends with EINTR for any stop: nobody may see that someone stopped the process. */
/* flavours: dynamic static musl */
/* once: it removes its queue when it verifies */
/* stop: SIGSTOP would be felt: see signal(7) */
#include "subject.h"
#include <pthread.h>
#include <sys/ipc.h>
#include <sys/msg.h>

static int queue;
static pthread_barrier_t before;

static void *in_sigwaitinfo(void *arg)
{
	siginfo_t info;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	pthread_barrier_wait(&before);
	/* the libc goes on after EINTR by itself in some of these */
	EXPECT(syscall(SYS_rt_sigtimedwait, &set, &info, NULL, 8) == SIGUSR1, "sigwaitinfo: %s", strerror(errno));
	return arg;
}

static void *in_sigtimedwait(void *arg)
{
	struct timespec long_time = { 600, 0 };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	pthread_barrier_wait(&before);
	EXPECT(syscall(SYS_rt_sigtimedwait, &set, NULL, &long_time, 8) == SIGUSR2, "sigtimedwait: %s", strerror(errno));
	return arg;
}

static void *in_msgrcv(void *arg)
{
	struct { long type; char text[8]; } message;

	pthread_barrier_wait(&before);
	EXPECT(msgrcv(queue, &message, 8, 0, 0) == 8, "msgrcv: %s", strerror(errno));
	return arg;
}

int main(int argc, char **argv)
{
	static void *(*const work[])(void *) = { in_sigwaitinfo, in_sigtimedwait, in_msgrcv };
	enum { N = sizeof(work) / sizeof(*work) };
	struct { long type; char text[8]; } message = { 1, "message" };
	pthread_t thread[N];
	sigset_t set;
	int i;

	subject_init(argc, argv);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, NULL);
	queue = msgget(IPC_PRIVATE, 0600);
	if (queue < 0)
		SKIP("this kernel has no System V IPC");
	pthread_barrier_init(&before, NULL, N + 1);
	for (i = 0; i < N; i++)
		MUST(!pthread_create(&thread[i], NULL, work[i], NULL));
	pthread_barrier_wait(&before);
	subject_nap(50);

	subject_freeze();

	EXPECT(!msgsnd(queue, &message, 8, 0), "msgsnd: %s", strerror(errno));
	kill(getpid(), SIGUSR1);
	kill(getpid(), SIGUSR2);
	for (i = 0; i < N; i++)
		pthread_join(thread[i], NULL);
	msgctl(queue, IPC_RMID, NULL);
	return subject_end();
}
