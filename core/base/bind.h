/*
 * bind.h - we, and what we make, on one CPU.
 *
 * As long as we and one process of a tree at a time take turns, nothing is gained by two: to wake a task on another CPU, which sleeps, takes
 * longer than what it is woken for. Helper threads of ours work beside us, and are never bound. See sched_setaffinity(2).
 */
#ifndef CR_BASE_BIND_H
#define CR_BASE_BIND_H

#include <sys/types.h>

void bind_begin(void);		/* the calling thread, and what it makes from here on, stays where it is now. Where that cannot be, nothing is different */
int bind_free(pid_t tid);	/* a thread that was made so; 0: the calling one. 0, or -1 recorded */
void bind_end(void);		/* all are free */

/* Around the start of a helper thread: what is made between them is free. */
void bind_lift(void);
void bind_again(void);

#endif
