/*
 * restore.h - from an image to a running tree.
 */
#ifndef CR_CORE_RESTORE_H
#define CR_CORE_RESTORE_H

#include "core/phase.h"
#include "core/progress.h"
#include "core/tree.h"
#include "core/unit.h"
#include "image/image.h"

struct restore_options {
	const char *image;		/* path, or "-" */
	int verbose;
	int progress;
	int sibling;			/* the root becomes our parent's child, not ours */
	int detach;			/* who becomes its parent ends when the tree runs */
	/* The tree stands ready and is released next; -1 (recorded): it is not. FRONT: of the group for the foreground. NULL: nobody asks */
	int (*ready)(void *ctx, pid_t front);
	void *ctx;
};

struct restore {
	const struct restore_options *options;
	struct model model;
	struct rebuild rebuild;
	struct tree tree;
	int image_fd;
	struct image_reader *reader;
	struct image_member member;	/* the last one read */
	int have_member;		/* it was not used yet */
	int ended;			/* the seal was read, and holds */
	uint64_t scratch;		/* where the scratch lies in every process */
	struct progress progress;	/* of the pages */
	uint64_t loaded;		/* bytes of chunks */
};

/*
 * All of it, up to and with the release of the tree. *ROOT is then our child (or sibling), running. Obstacles go to REPORT, all of them at once.
 * TERMINAL: our controlling terminal, or -1.
 */
int restore_run(const struct restore_options *options, struct report *report, int terminal, pid_t *root);

/* Only the image and the preflight (cr check IMAGE). */
int restore_look(const struct restore_options *options, struct report *report, int terminal);

extern const struct phase restore_phases[];

/* restore_image.c: reading the image, and the preflight. */
int restore_read(struct restore *r);
int restore_next(struct restore *r);		/* r->member is the next bulk member: 1; 0 after the seal; -1 */
int restore_preflight(struct restore *r);

/* restore_files.c: open file descriptions in us, and descriptor tables in the tasks. */
void restore_make_room(const struct model *m);	/* before there are threads: for the descriptors of the image, as far as it can be had */
int restore_look_limit(struct restore *r);	/* in the preflight: raises our limit of open files as far as is needed, or says that it cannot be */
int restore_open_files(struct restore *r);
int restore_load_files(struct restore *r);
int restore_tables(struct restore *r);

/* restore_tree.c: processes and threads, with their memory, sessions and groups. */
int restore_make(struct restore *r);
int restore_stop(struct task *t);		/* finished: stops, and its parent knows */
int restore_groups(struct restore *r);

#endif
