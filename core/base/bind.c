/* bind.c - see bind.h. */
#include "core/base/bind.h"

#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/err.h"

#define WORDS (8192 / (8 * sizeof(long)))	/* for so many CPUs */

static unsigned long before[WORDS], one[WORDS];	/* the CPUs that we may use otherwise, and that where we are */
static long size;				/* bytes of each; 0: we are not bound */

void bind_begin(void)
{
	const unsigned bits = 8 * sizeof(long);
	unsigned cpu;

	size = syscall(SYS_sched_getaffinity, 0, sizeof(before), before);
	if (size <= 0 || syscall(SYS_getcpu, &cpu, NULL, NULL) || cpu / bits >= WORDS) {
		size = 0;
		return;
	}
	one[cpu / bits] = 1ul << cpu % bits;
	if (syscall(SYS_sched_setaffinity, 0, size, one))
		size = 0;
}

int bind_free(pid_t tid)
{
	if (size && syscall(SYS_sched_setaffinity, tid, size, before))
		return fail("sched_setaffinity of thread %d", tid);
	return 0;
}

void bind_end(void)
{
	size = 0;
}

void bind_lift(void)
{
	if (size)
		syscall(SYS_sched_setaffinity, 0, size, before);
}

void bind_again(void)
{
	if (size)
		syscall(SYS_sched_setaffinity, 0, size, one);
}
