/* waiting.c - threads inside calls that the kernel ends with EINTR for any stop: nobody may see that someone stopped the process. */
/* flavours: dynamic static musl */
/* once: it removes its queue when it verifies */
/* stop: SIGSTOP would be felt: see signal(7) */
#include "subject.h"
#include <poll.h>
#include <pthread.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/personality.h>
#include <sys/select.h>

/* In memory that may only be read: how much remains cannot be written there. */
static const struct timespec long_time = { 600, 0 };
static const struct timeval long_time_us = { 600, 0 };

static int queue, p[2];
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

static void *in_ppoll(void *arg)
{
	struct pollfd one = { p[0], POLLIN, 0 };

	pthread_barrier_wait(&before);
	EXPECT(syscall(SYS_ppoll, &one, 1, &long_time, NULL, 8) == 1, "ppoll: %s", strerror(errno));
	return arg;
}

static void *in_pselect(void *arg)
{
	fd_set set;

	FD_ZERO(&set);
	FD_SET(p[0], &set);
	pthread_barrier_wait(&before);
	EXPECT(syscall(SYS_pselect6, p[0] + 1, &set, NULL, NULL, &long_time, NULL) == 1, "pselect: %s", strerror(errno));
	return arg;
}

#ifdef SYS_select
static void *in_select(void *arg)
{
	fd_set set;

	FD_ZERO(&set);
	FD_SET(p[0], &set);
	pthread_barrier_wait(&before);
	EXPECT(syscall(SYS_select, p[0] + 1, &set, NULL, NULL, &long_time_us) == 1, "select: %s", strerror(errno));
	return arg;
}

static void *in_sticky_select(void *arg)
{
	struct timeval t = long_time_us;
	fd_set set;

	FD_ZERO(&set);
	FD_SET(p[0], &set);
	personality(STICKY_TIMEOUTS);
	pthread_barrier_wait(&before);
	EXPECT(syscall(SYS_select, p[0] + 1, &set, NULL, NULL, &t) == 1, "select with STICKY_TIMEOUTS: %s", strerror(errno));
	return arg;
}
#endif

int main(int argc, char **argv)
{
	static void *(*const work[])(void *) = {
		in_sigwaitinfo, in_sigtimedwait, in_msgrcv, in_ppoll, in_pselect,
#ifdef SYS_select
		in_select, in_sticky_select,
#endif
	};
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
	MUST(!pipe(p));
	pthread_barrier_init(&before, NULL, N + 1);
	for (i = 0; i < N; i++)
		MUST(!pthread_create(&thread[i], NULL, work[i], NULL));
	pthread_barrier_wait(&before);
	subject_nap(50);

	subject_freeze();

	EXPECT(!msgsnd(queue, &message, 8, 0), "msgsnd: %s", strerror(errno));
	EXPECT(write(p[1], "x", 1) == 1, "write: %s", strerror(errno));
	kill(getpid(), SIGUSR1);
	kill(getpid(), SIGUSR2);
	for (i = 0; i < N; i++)
		pthread_join(thread[i], NULL);
	msgctl(queue, IPC_RMID, NULL);
	return subject_end();
}
