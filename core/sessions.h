/*
 * sessions.h - can a restore make the sessions and process groups of a tree?
 */
#ifndef CR_CORE_SESSIONS_H
#define CR_CORE_SESSIONS_H

#include "core/model.h"

/* What is to be said of T, and of the session or group ID. -1: recorded, the check ends. */
typedef int session_refuse(void *ctx, const struct task *t, pid_t id, const char *why);

/* Fills born_sid, leads_group and group_stands of each task. A parent has to stand before its children. 0, or -1. */
int sessions_check(struct model *m, session_refuse *refuse, void *ctx);

/* Was CHILD born before PARENT's setsid(2)? */
int session_is_younger(const struct task *parent, const struct task *child);

/* T leads a group that it is not in. */
static inline int task_moves(const struct task *t) { return t->leads_group && t->pgid != t->pid; }

#endif
