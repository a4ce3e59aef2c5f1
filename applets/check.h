/*
 * check.h - the parts of cr check: one tree, all trees, an image, this machine.
 */
#ifndef CR_APPLETS_CHECK_H
#define CR_APPLETS_CHECK_H

#include <stdio.h>
#include <sys/types.h>

#include "core/unit.h"

struct check_job {
	int json, quiet, deep;		/* json: cr-check.c refuses it where it is not built in */
	const char *what;		/* as it was typed: a pid, an image */
};

/* What is said of the size of a tree. */
struct check_size {
	size_t tasks, threads, files;
	uint64_t resident_kib;
	char command[64];		/* of the root */
};
void check_measure(const struct model *m, struct check_size *out);

/* All of these return an exit status. */
int check_tree(const struct check_job *j, pid_t pid);
int check_all(const struct check_job *j);
int check_image(const struct check_job *j);
int check_machine(const struct check_job *j);

#endif
