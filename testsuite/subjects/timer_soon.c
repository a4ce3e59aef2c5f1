/* timer_soon.c - timers that fire again and again while everything is looked at: a POSIX timer and both sorts of interval timer. */
/* flavours: dynamic musl */
/* units: posix_timer itimer */
#include "subject.h"
#include <sys/time.h>

#define PERIOD 100000000		/* ns */

static volatile sig_atomic_t posix, real, cpu;
static void on_posix(int sig) { (void)sig; posix++; }
static void on_real(int sig) { (void)sig; real++; }
static void on_cpu(int sig) { (void)sig; cpu++; }

/* All of them come, and no more often than they should. */
static void verify(void)
{
	int before[3] = { posix, real, cpu }, i;
	struct timespec from, to;
	double periods;

	clock_gettime(CLOCK_MONOTONIC, &from);
	for (i = 0; i < 20000 && (posix < before[0] + 3 || real < before[1] + 3 || cpu < before[2] + 3); i++) {
		volatile int work = 0;

		while (work < 100000)
			work++;
	}
	clock_gettime(CLOCK_MONOTONIC, &to);
	periods = ((double)(to.tv_sec - from.tv_sec) * 1e9 + (double)(to.tv_nsec - from.tv_nsec)) / PERIOD;
	EXPECT(posix >= before[0] + 3, "the POSIX timer does not come any more");
	EXPECT(real >= before[1] + 3, "the real timer does not come any more");
	EXPECT(cpu >= before[2] + 3, "the profiling timer does not come any more");
	EXPECT(posix - before[0] <= periods + 3, "the POSIX timer came %d times in %.1f periods", posix - before[0], periods);
	EXPECT(real - before[1] <= periods + 3, "the real timer came %d times in %.1f periods", real - before[1], periods);
}

int main(int argc, char **argv)
{
	struct sigevent e = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
	struct itimerspec each = { { 0, PERIOD }, { 0, PERIOD } };
	struct itimerval period = { { 0, PERIOD / 1000 }, { 0, PERIOD / 1000 } };
	timer_t t;

	subject_init(argc, argv);
	signal(SIGUSR1, on_posix);
	signal(SIGALRM, on_real);
	signal(SIGPROF, on_cpu);
	MUST(!timer_create(CLOCK_MONOTONIC, &e, &t) && !timer_settime(t, 0, &each, NULL));
	MUST(!setitimer(ITIMER_REAL, &period, NULL) && !setitimer(ITIMER_PROF, &period, NULL));

	subject_freeze();

	verify();
	return subject_end();
}
