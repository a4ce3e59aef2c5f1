/*
 * reference.h - what this cr does not know of a process, compared with one that has done nothing yet: what is the same there is no state
 * of the process; what differs is refused as unknown. So a newer kernel's new feature is noticed where it is used, and only there.
 */
#ifndef CR_LOOK_REFERENCE_H
#define CR_LOOK_REFERENCE_H

#include <sys/types.h>

#include "core/base/buf.h"
#include "core/proc/proc.h"

/* A child of ours that only waits. -1 recorded. */
pid_t reference_begin(void);
void reference_end(pid_t pid);

/* NAME below its /proc/PID: "status", "ns/net" (a link), ...; *OUT stays empty when there is none. -1 recorded. */
int reference_read(const char *name, struct buf *out);
/* The same of the process or thread whose folder DIR is. An enum proc_result. */
int reference_read_of(int dir, const char *name, struct buf *out);

/* The text of the same file of such a process, asked for only when something unknown is found; NULL: it cannot be told. */
typedef const char *reference_fresh_fn(void *ctx);
/* Something unknown that differs: FRESH is "none" where a fresh process has none, "?" where that cannot be told. */
typedef int reference_found_fn(void *ctx, const char *key, const char *value, const char *fresh);

/* Keys of a status, rows of a limits file. Whatever FOUND returns other than 0 ends it; -1: memory. */
int reference_status(struct arena *a, const char *text, reference_fresh_fn *fresh, reference_found_fn *found, void *ctx);
int reference_limits(struct arena *a, const char *text, reference_fresh_fn *fresh, reference_found_fn *found, void *ctx);

/* Is NAME one that every kernel up to now may have in FOLDER: "" for /proc/PID itself, "ns", "attr"? */
int reference_knows(const char *folder, const char *name);

#endif
