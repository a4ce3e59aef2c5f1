/* sleep_remaining.c - sleeps whose remaining time is known to the kernel's user (nanosleep with rmtp, select) do not start again. */
/* flavours: dynamic musl */
#include "subject.h"
#include <pthread.h>
#include <sys/select.h>

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static volatile double away;		/* the main thread looks at the clock all the time: how long it could not */

/*
 * 1 s of sleep, of which 0.6 s had passed when the freeze came: a fresh start would take 1.6 s in all. Between an image and its restore
 * any time may pass.
 */
static void judge(double start, const char *what)
{
	double took = now() - start;

	EXPECT(took >= 0.998, "%s of 1 s came back after %.3f s", what, took);
	EXPECT(took - away < 1.5, "%s of 1 s started again: it took %.3f s, and %.3f s of that were not here", what, took, away);
}

static void *sleeper(void *arg)
{
	struct timespec t = { 1, 0 }, rest = { 77, 77 };
	double start = now();

	EXPECT(!nanosleep(&t, &rest), "nanosleep: %s", strerror(errno));
	judge(start, "nanosleep");
	return arg;
}

static void *clock_sleeper(void *arg)
{
	struct timespec t = { 1, 0 }, rest = { 77, 77 };
	double start = now();

	EXPECT(!clock_nanosleep(CLOCK_MONOTONIC, 0, &t, &rest), "clock_nanosleep");
	judge(start, "clock_nanosleep");
	return arg;
}

static void *selector(void *arg)
{
	struct timeval t = { 1, 0 };
	double start = now();

	EXPECT(!select(0, NULL, NULL, NULL, &t), "select");
	judge(start, "select");
	return arg;
}

int main(int argc, char **argv)
{
	pthread_t a, b, c;
	double last, then;

	subject_init(argc, argv);
	MUST(!pthread_create(&a, NULL, sleeper, NULL));
	MUST(!pthread_create(&b, NULL, clock_sleeper, NULL));
	MUST(!pthread_create(&c, NULL, selector, NULL));
	subject_nap(600);

	subject_ready();
	for (last = now(); !subject_may_go(); last = then) {
		subject_nap(2);
		then = now();
		if (then - last > 0.1)
			away += then - last;
	}

	pthread_join(a, NULL);
	pthread_join(b, NULL);
	pthread_join(c, NULL);
	return subject_end();
}
