/*
 * dump.h - from a running tree to an image.
 */
#ifndef CR_CORE_DUMP_H
#define CR_CORE_DUMP_H

#include "core/phase.h"
#include "core/unit.h"
#include "image/image.h"

enum dump_after { DUMP_KILL, DUMP_RUN, DUMP_STOP };

struct dump_options {
	pid_t pid;
	const char *image;		/* path, or "-" */
	enum dump_after after;
	enum image_compress compress;
	int verbose;
	int progress;			/* stderr is a terminal */
};

/* What was found goes into REPORT, whose arena the caller keeps; a refusal is -1 with STATUS_REFUSED. */
int dump_run(const struct dump_options *options, struct report *report);

/* Freezes the tree for a moment and asks what only the tasks can tell (cr check --deep). What is refused goes into REPORT, too: that is 0. */
int dump_look(pid_t pid, struct model *model, struct report *report, int *asked);	/* ASKED: inside, too; a refusal may forbid it */

extern const struct phase dump_phases[];

/* dump_header.c: fills M->header. -1 recorded. */
int dump_fill_header(struct model *m, const struct dump_options *options, const struct report *report);

/*
 * dump_sections.c: all that is not bulk. CHECK: what was written is still being read again; NULL: it was, and is good. As long as there is one, M
 * has to stay as it is, but for its descriptors.
 */
struct dump_check;
int dump_write_sections(const struct model *m, struct image_writer *w, struct dump_check **check);
int dump_check_end(struct dump_check *c);	/* waits for it, and frees it. -1: recorded */
void dump_check_drop(struct dump_check *c);	/* the same, whatever it says */

/* dump_again.c: has nothing come to the frozen tree since it was captured that would end with it? 0, or -1: refused, or another failure. */
int dump_look_again(const struct model *m, const struct dump_options *options);

#endif
