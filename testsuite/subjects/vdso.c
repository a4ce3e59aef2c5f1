/* vdso.c - the clock through the vdso: works, agrees with the system call, and goes on without a jump back. */
/* flavours: dynamic musl */
#include "subject.h"
#include <sys/auxv.h>
#include <sys/time.h>

static double of(clockid_t clock, int direct)
{
	struct timespec t = { 0, 0 };

	if (direct)
		syscall(SYS_clock_gettime, clock, &t);
	else
		clock_gettime(clock, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	static const clockid_t clock[] = { CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME, CLOCK_MONOTONIC_RAW, CLOCK_MONOTONIC_COARSE };
	double before[5], now, kernel;
	struct timeval tv;
	unsigned cpu;
	int i;

	subject_init(argc, argv);
	for (i = 0; i < 5; i++)
		before[i] = of(clock[i], 0);

	subject_freeze();

	for (i = 0; i < 5; i++) {
		now = of(clock[i], 0);
		kernel = of(clock[i], 1);
		EXPECT(now >= before[i], "clock %d went back from %f to %f", i, before[i], now);
		EXPECT(kernel - now < 0.1 && now - kernel < 0.1, "clock %d: vdso says %f, kernel %f", i, now, kernel);
	}
	EXPECT(!gettimeofday(&tv, NULL) && time(NULL) >= tv.tv_sec - 1, "gettimeofday and time");
	EXPECT(!syscall(SYS_getcpu, &cpu, NULL, NULL), "getcpu");
	EXPECT(!memcmp((void *)getauxval(AT_SYSINFO_EHDR), "\177ELF", 4), "no vdso where the auxiliary vector says");
	return subject_end();
}
