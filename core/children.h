/*
 * children.h - who the children of a process are: /proc/PID/task/TID/children of each of its threads. See proc_tid_children(5).
 */
#ifndef CR_CORE_CHILDREN_H
#define CR_CORE_CHILDREN_H

#include <sys/types.h>

#include "core/base/arena.h"
#include "core/base/field.h"

/* A child as one number: its pid, and above it the thread that it is a child of. */
#define CHILD_PID(child) ((pid_t)(uint32_t)(child))
#define CHILD_MAKER(child) ((pid_t)((child) >> 32))

struct child_list {
	struct u64_list list;
	size_t cap;
};

/* Appends those of thread TID. DIR: /proc/PID. None of one that has just ended. -1: recorded. */
int children_add(struct child_list *c, struct arena *a, int dir, pid_t tid);

#endif
