/* bind.c - see bind.h. */
#include "core/bind.h"

#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/err.h"

void bind_begin(struct bind *b)
{
	const unsigned bits = 8 * sizeof(long);
	unsigned long one[BIND_WORDS] = { 0 };
	unsigned cpu;

	b->n = syscall(SYS_sched_getaffinity, 0, sizeof(b->before), b->before);
	if (b->n <= 0 || syscall(SYS_getcpu, &cpu, NULL, NULL) || cpu / bits >= BIND_WORDS) {
		b->n = 0;
		return;
	}
	one[cpu / bits] = 1ul << cpu % bits;
	if (syscall(SYS_sched_setaffinity, 0, b->n, one))
		b->n = 0;
}

static int is_freed(const struct bind *b, pid_t tid)
{
	return !syscall(SYS_sched_setaffinity, tid, b->n, b->before);
}

int bind_end(struct bind *b, const struct tree *tree)
{
	int ret = 0;

	if (b->n && !is_freed(b, 0))
		ret = fail("sched_setaffinity of cr itself");
	for (size_t i = 0; b->n && !ret && i < tree->n; i++)
		for (size_t j = 0; !ret && j < tree->v[i]->nthreads; j++)
			if (!is_freed(b, tree->v[i]->threads[j].tid))
				ret = fail("sched_setaffinity of thread %d", tree->v[i]->threads[j].tid);
	b->n = 0;
	return ret;
}
