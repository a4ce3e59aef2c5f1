/* posix_timer_thread.c - a timer whose signals go to a thread that has ended: the timer goes on. */
/* flavours: dynamic */
/* refused: posix_timer */
/* says: timer 0.*has ended */
#include "subject.h"
#include <pthread.h>

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

static timer_t timer;

static void *work(void *arg)
{
	struct sigevent e = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGRTMIN + 3 };
	struct itimerspec every = { { 100, 0 }, { 100, 0 } };

	e.sigev_notify_thread_id = (pid_t)syscall(SYS_gettid);
	MUST(!timer_create(CLOCK_MONOTONIC, &e, &timer) && !timer_settime(timer, 0, &every, NULL));
	return arg;
}

int main(int argc, char **argv)
{
	struct itimerspec now;
	pthread_t other;

	subject_init(argc, argv);
	MUST(!pthread_create(&other, NULL, work, NULL) && !pthread_join(other, NULL));

	subject_freeze();

	EXPECT(!timer_gettime(timer, &now) && now.it_interval.tv_sec == 100, "the timer");
	return subject_end();
}
