/*
 * bind.h - a tree that is being made, and we, on one CPU.
 *
 * As long as we and one process of it at a time take turns, nothing is gained by two: to wake a task on another CPU, which sleeps, takes
 * longer than what it is woken for. See sched_setaffinity(2).
 */
#ifndef CR_CORE_BIND_H
#define CR_CORE_BIND_H

#include "core/tree.h"

#define BIND_WORDS (8192 / (8 * sizeof(long)))	/* for so many CPUs */

struct bind {
	unsigned long before[BIND_WORDS];	/* the CPUs that we may use otherwise */
	long n;					/* bytes of that; 0: we are not bound */
};

void bind_begin(struct bind *b);	/* what is made from here on stays where we are now. Where it cannot be, nothing is different */
int bind_end(struct bind *b, const struct tree *tree);	/* we, and all threads of TREE, are free again. -1: recorded */

#endif
