/* timer_soon.c - a POSIX timer that fires every 5 ms: its signals would pile up while the tree is made again. */
/* flavours: dynamic */
/* refused: posix_timer */
#include "subject.h"

static volatile sig_atomic_t came;
static void on_timer(int sig) { (void)sig; came++; }

int main(int argc, char **argv)
{
	struct sigevent e = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM };
	struct itimerspec soon = { { 0, 5000000 }, { 0, 5000000 } };
	timer_t t;
	int before;

	subject_init(argc, argv);
	signal(SIGALRM, on_timer);
	MUST(!timer_create(CLOCK_MONOTONIC, &e, &t) && !timer_settime(t, 0, &soon, NULL));

	subject_freeze();

	before = came;
	subject_nap(50);
	EXPECT(came > before, "the timer does not come any more");
	return subject_end();
}
