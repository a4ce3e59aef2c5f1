/* pending.c - signals that were sent and wait: for the process, for a thread, several of one real-time signal, with what came with them. */
/* flavours: dynamic musl */
#include "subject.h"
#include <pthread.h>

static sigset_t set;
static pthread_barrier_t sent;

static void take(int sig, int value, int code, const char *what)
{
	struct timespec none = { 0, 0 };
	siginfo_t info;
	sigset_t one;

	sigemptyset(&one);
	sigaddset(&one, sig);
	memset(&info, 0, sizeof(info));
	EXPECT(syscall(SYS_rt_sigtimedwait, &one, &info, &none, 8) == sig, "%s: signal %d is not there", what, sig);
	EXPECT(info.si_code == code, "%s: signal %d: code %d, was %d", what, sig, info.si_code, code);
	EXPECT(info.si_pid == getpid() && info.si_uid == getuid(), "%s: signal %d: from %d", what, sig, info.si_pid);
	if (value)
		EXPECT(info.si_value.sival_int == value, "%s: signal %d: value %d, was %d", what, sig, info.si_value.sival_int, value);
}

static void *thread(void *arg)
{
	pthread_kill(pthread_self(), SIGUSR2);
	{
		siginfo_t info = { .si_signo = SIGRTMIN + 1, .si_code = SI_QUEUE };

		info.si_pid = getpid();
		info.si_uid = getuid();
		info.si_value.sival_int = 50;
		syscall(SYS_rt_tgsigqueueinfo, getpid(), syscall(SYS_gettid), SIGRTMIN + 1, &info);
	}
	pthread_barrier_wait(&sent);
	subject_wait();
	take(SIGUSR2, 0, SI_TKILL, "for a thread");
	take(SIGRTMIN + 1, 50, SI_QUEUE, "for a thread");
	return arg;
}

int main(int argc, char **argv)
{
	pthread_t other;
	sigset_t rest;
	int i;

	subject_init(argc, argv);
	sigfillset(&set);
	sigdelset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	pthread_barrier_init(&sent, NULL, 2);
	MUST(!pthread_create(&other, NULL, thread, NULL));
	pthread_barrier_wait(&sent);
	kill(getpid(), SIGUSR1);
	kill(getpid(), SIGUSR1);	/* not queued: one is enough */
	for (i = 1; i <= 4; i++)
		sigqueue(getpid(), SIGRTMIN + 4, (union sigval){ .sival_int = i * 100 });
	sigqueue(getpid(), SIGHUP, (union sigval){ .sival_int = 7 });

	subject_freeze();

	take(SIGUSR1, 0, SI_USER, "for the process");
	for (i = 1; i <= 4; i++)
		take(SIGRTMIN + 4, i * 100, SI_QUEUE, "for the process");
	take(SIGHUP, 7, SI_QUEUE, "for the process");
	pthread_join(other, NULL);
	sigpending(&rest);
	for (i = 1; i < 65; i++)
		EXPECT(i == 32 || i == 33 || i == SIGCONT || sigismember(&rest, i) != 1, "signal %d is pending and nobody sent it", i);
	return subject_end();
}
