/* progress.c - one line on a terminal, rewritten in place. See progress.h. */
#include "core/progress.h"

#include <stdio.h>
#include <time.h>

static int64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ll + ts.tv_nsec;
}

void progress_start(struct progress *p, int on, const char *what, uint64_t total)
{
	*p = (struct progress) { .on = on, .what = what, .total = total };
	p->started_ns = p->shown_ns = on ? now_ns() : 0;
}

static void print(const struct progress *p, int64_t now)
{
	uint64_t ms = (uint64_t)(now - p->started_ns) / 1000000;
	uint64_t rate = ms ? p->done / 1024 * 1000 / ms : 0;	/* KiB/s: bytes times 1000 could be too many */

	fprintf(stderr, "\r%s: %llu MiB, %llu MiB/s", p->what, (unsigned long long)(p->done >> 20), (unsigned long long)(rate / 1024));
	if (p->total > p->done && rate)
		fprintf(stderr, ", %llu s left", (unsigned long long)((p->total - p->done) / 1024 / rate));
	fputs("\033[K", stderr);
}

void progress_show(void *progress, uint64_t done)
{
	struct progress *p = progress;
	int64_t now;

	if (!p->on)
		return;
	p->done = done;
	now = now_ns();
	if (now - p->shown_ns < 200000000)
		return;
	p->shown_ns = now;
	print(p, now);
}

void progress_end(struct progress *p)
{
	if (p->on && p->shown_ns != p->started_ns)
		fputs("\r\033[K", stderr);
	p->on = 0;
}
