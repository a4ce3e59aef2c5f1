/*
 * progress.h - long work on a terminal: bytes, rate, time left, on stderr, at most five times a second.
 */
#ifndef CR_CORE_PROGRESS_H
#define CR_CORE_PROGRESS_H

#include <stdint.h>

struct progress {
	int on;
	const char *what;
	uint64_t total, done;		/* bytes; total 0: not known */
	int64_t started_ns, shown_ns;
};

void progress_start(struct progress *p, int on, const char *what, uint64_t total);
void progress_show(void *progress, uint64_t done);	/* DONE: bytes since the start */
void progress_end(struct progress *p);			/* wipes the line */

#endif
