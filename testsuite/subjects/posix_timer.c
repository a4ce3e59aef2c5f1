/* posix_timer.c - timers with ids, one far, one periodic, one disarmed. */
/* flavours: dynamic */
#include "subject.h"

static volatile sig_atomic_t came;
static void on_timer(int sig, siginfo_t *info, void *context) { (void)sig; (void)context; came += info->si_value.sival_int; }

int main(int argc, char **argv)
{
	struct sigaction a = { .sa_sigaction = on_timer, .sa_flags = SA_SIGINFO | SA_RESTART };
	struct sigevent e = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN + 3, .sigev_value.sival_int = 5 };
	struct itimerspec far = { { 7, 0 }, { 1000, 0 } }, soon = { { 20, 0 }, { 20, 0 } }, now;
	timer_t t[3];
	int before;

	subject_init(argc, argv);
	sigaction(SIGRTMIN + 3, &a, NULL);
	MUST(!timer_create(CLOCK_MONOTONIC, &e, &t[0]) && !timer_create(CLOCK_REALTIME, &e, &t[1]) && !timer_create(CLOCK_MONOTONIC, &e, &t[2]));
	MUST(!timer_settime(t[0], 0, &far, NULL) && !timer_settime(t[1], 0, &soon, NULL));

	subject_freeze();

	EXPECT(!timer_gettime(t[0], &now) && now.it_value.tv_sec > 900 && now.it_interval.tv_sec == 7, "a far timer");
	EXPECT(!timer_gettime(t[2], &now) && !now.it_value.tv_sec && !now.it_value.tv_nsec, "a disarmed timer");
	EXPECT(!timer_gettime(t[1], &now) && now.it_value.tv_sec < 20 && now.it_interval.tv_sec == 20, "a periodic timer");
	before = came;
	soon.it_value = (struct timespec) { 0, 1000000 };
	MUST(!timer_settime(t[1], 0, &soon, NULL));
	subject_nap(50);
	EXPECT(came == before + 5, "a restored timer does not come, or with another value");
	return subject_end();
}
