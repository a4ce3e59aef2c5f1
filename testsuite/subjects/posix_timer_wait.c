/* posix_timer_wait.c - a thread that waits for the signals of a timer, blocked: one that comes while it stands is about to be taken. */
/* flavours: dynamic musl */
/* stop: SIGSTOP would be felt: see signal(7) */
/* changes: a signal waits now and then */
#include "subject.h"
#include <pthread.h>

static timer_t timer;
static sigset_t set;
static volatile int came, stop;

static void *work(void *arg)
{
	/* One with an interval may overrun. So long that it seldom comes, stopped as we may be, before we wait for it: that is refused. */
	struct itimerspec soon = { { 0, 0 }, { 0, 20000000 } };
	siginfo_t info;

	while (!stop)
		if (!timer_settime(timer, 0, &soon, NULL) && syscall(SYS_rt_sigtimedwait, &set, &info, NULL, 8) == SIGUSR1 && info.si_code == SI_TIMER)
			came++;
		else
			EXPECT(0, "sigwaitinfo: %s", strerror(errno));
	return arg;
}

int main(int argc, char **argv)
{
	struct sigevent e = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
	pthread_t thread;
	int before;

	subject_init(argc, argv);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	MUST(!timer_create(CLOCK_MONOTONIC, &e, &timer) && !pthread_create(&thread, NULL, work, NULL));
	while (came < 3)
		subject_nap(1);

	subject_freeze();

	before = came;
	subject_nap(400);
	EXPECT(came >= before + 2, "the timer came %d times", came - before);
	stop = 1;
	pthread_join(thread, NULL);
	return subject_end();
}
