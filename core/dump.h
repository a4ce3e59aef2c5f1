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

/* Freezes the tree for a moment and asks what only the tasks can tell (cr check --deep). Findings into MODEL's report. */
int dump_look(pid_t pid, struct model *model, struct report *report, int *asked);	/* ASKED: inside, too; a refusal may forbid it */

extern const struct phase dump_phases[];

/* dump_header.c: fills M->header. -1 recorded. */
int dump_fill_header(struct model *m, const struct dump_options *options, const struct report *report);

/* dump_sections.c: all that is not bulk. */
int dump_write_sections(const struct model *m, struct image_writer *w);

#endif
