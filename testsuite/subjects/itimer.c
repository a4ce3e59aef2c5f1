/* itimer.c - interval timers: real (far), virtual and profiling. */
/* flavours: dynamic */

#include "subject.h"
#include <sys/time.h>

int main(int argc, char **argv)
{
	struct itimerval real = { { 7, 0 }, { 1000, 0 } }, cpu = { { 0, 0 }, { 500, 0 } }, now;

	subject_init(argc, argv);
	MUST(!setitimer(ITIMER_REAL, &real, NULL) && !setitimer(ITIMER_VIRTUAL, &cpu, NULL) && !setitimer(ITIMER_PROF, &cpu, NULL));

	subject_freeze();

	EXPECT(!getitimer(ITIMER_REAL, &now) && now.it_value.tv_sec > 900 && now.it_interval.tv_sec == 7, "the real timer: %ld s", (long)now.it_value.tv_sec);
	EXPECT(!getitimer(ITIMER_VIRTUAL, &now) && now.it_value.tv_sec > 400, "the virtual timer: %ld s", (long)now.it_value.tv_sec);
	EXPECT(!getitimer(ITIMER_PROF, &now) && now.it_value.tv_sec > 400, "the profiling timer: %ld s", (long)now.it_value.tv_sec);
	return subject_end();
}
