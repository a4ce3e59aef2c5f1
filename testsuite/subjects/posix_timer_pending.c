/* posix_timer_pending.c - a timer whose signal waits, blocked: how often it has overrun comes with it, and no second one does. */
/* flavours: dynamic */
/* refused: posix_timer */
/* says: timer 0.*its signal waits */
#include "subject.h"

int main(int argc, char **argv)
{
	struct sigevent e = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN + 3 };
	struct itimerspec each = { { 0, 5000000 }, { 0, 5000000 } }, never = { { 0, 0 }, { 0, 0 } };
	struct timespec none = { 0, 0 };
	siginfo_t info;
	sigset_t set;
	timer_t timer;

	subject_init(argc, argv);
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN + 3);
	sigprocmask(SIG_BLOCK, &set, NULL);
	MUST(!timer_create(CLOCK_MONOTONIC, &e, &timer) && !timer_settime(timer, 0, &each, NULL));
	subject_nap(500);

	subject_freeze();

	EXPECT(sigtimedwait(&set, &info, &none) == SIGRTMIN + 3 && info.si_code == SI_TIMER, "the signal of the timer");
	EXPECT(info.si_overrun >= 90, "its overrun is %d", info.si_overrun);
	timer_settime(timer, 0, &never, NULL);
	timer_delete(timer);
	EXPECT(sigtimedwait(&set, &info, &none) < 0, "another signal of a timer that is no more");
	return subject_end();
}
