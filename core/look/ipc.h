/*
 * ipc.h - System V objects that a tree may depend on. In an IPC namespace that is shared with others nothing says who uses which object,
 * but who was the last to do so, and who waits for it; in another one than ours all objects are the tree's.
 */
#ifndef CR_LOOK_IPC_H
#define CR_LOOK_IPC_H

#include "core/look/look.h"
#include "core/proc/proc.h"

typedef int ipc_fn(struct scan *s, const struct task *t, const struct proc_ipc_object *o);

/*
 * NAME "sem", "msg", "shm": SHARED is called with each object of our own namespace, and the task (NULL: none) that waits for it in one of
 * the system calls WAITS (0 at the end); OWN with each of another namespace, and a task that is in it.
 */
int ipc_each(struct scan *s, const char *name, const long *waits, ipc_fn *shared, ipc_fn *own);

/* A note that T depends on an object of ID (the feature), which has to be there again; it is OBJECT NUMBER: "set 7". */
int ipc_note(struct scan *s, const struct task *t, const char *id, const char *object, int64_t number, const char *what);

#endif
