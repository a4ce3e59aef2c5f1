/*
 * findings.h - how applets say what was found.
 */
#ifndef CR_APPLETS_FINDINGS_H
#define CR_APPLETS_FINDINGS_H

#include <stdio.h>

#include "core/phase.h"
#include "core/unit.h"

/* Refusals first; one line each: verdict, feature, where, what it means, what to do. Colour on a terminal, unless NO_COLOR is set. */
void findings_print(FILE *out, const struct report *r);
void findings_put(struct buf *out, const struct report *r, int colour);
int findings_colour(FILE *out);
/* "WHAT CANNOT: 2 features refused", or "WHAT CAN". */
void findings_put_verdict(struct buf *out, const char *what, const struct report *r, const char *can, const char *cannot);
/* As the members of a JSON array. */
void findings_json(struct buf *out, const struct report *r);
/* The first refusal at *AT or behind it, which is moved behind that; NULL: none. */
const struct finding *findings_next_refusal(const struct report *r, size_t *at);
int findings_same(const struct finding *a, const struct finding *b);	/* of one feature of the same thing, whatever is said of it */
void findings_put_where(struct buf *out, const struct finding *f);	/* "pid 4243 tid 4245 fd 11" */

/* TEXT from somebody else's process or image, with nothing in it that a terminal would obey. */
void applet_text(struct buf *b, const char *text);

/* OUT on standard output, unless QUIET is set. Returns STATUS_DONE, or what applet_failed() does where there was no memory for it. */
int applet_print(const char *name, const struct buf *out, int quiet);

/* "cr NAME: sentence" on stderr in one write; returns the exit status of the recorded error. */
int applet_failed(const char *name);
int applet_usage(const char *name, const char *what);	/* STATUS_USAGE */
int applet_phases(const struct phase *phases);		/* --phases: their names; STATUS_DONE */
int applet_pid(const char *text, pid_t *pid);		/* -1: not a pid */
int pidfile_write(const char *path, pid_t pid);		/* pidfile.c; -1 recorded */

#endif
