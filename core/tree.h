/*
 * tree.h - a whole process tree, seized.
 */
#ifndef CR_CORE_TREE_H
#define CR_CORE_TREE_H

#include <stddef.h>
#include <sys/types.h>

#include "core/base/arena.h"
#include "core/remote/remote.h"

struct tree {
	struct remote_process **v;
	size_t n, cap;
	struct arena arena;		/* of the lists of their children */
};

/* Stops every process below and with ROOT. -1: recorded, and everything is let go. Zombies are not in it: they cannot be seized. */
int tree_seize(struct tree *t, pid_t root);
int tree_open(struct tree *t);				/* the stub and its scratch into each */
int tree_close(struct tree *t);				/* and out again */
struct remote_process *tree_find(void *tree, pid_t pid);	/* NULL: not there. For struct scan.remote_of */
int tree_add(struct tree *t, struct remote_process *p);	/* -1: recorded, out of memory; P is not killed */

/* SIGKILL to all of them at once: whatever becomes of us, no half of the tree goes on for long. */
void tree_kill_begin(const struct tree *t);

/* Each of these empties the tree. */
void tree_release(struct tree *t);
void tree_release_stopped(struct tree *t);
void tree_kill(struct tree *t);				/* waits for their ends */

#endif
