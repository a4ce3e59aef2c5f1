/*
 * outside.h - what is read of all processes of the machine: once for a scan, or once for the scans of many trees.
 */
#ifndef CR_LOOK_OUTSIDE_H
#define CR_LOOK_OUTSIDE_H

#include "core/unit.h"

struct traced {
	pid_t tracer, pid, tid;		/* TRACER is a thread */
};

/* Two processes that have a part in common. */
struct sharing {
	pid_t a, b;
	int part;			/* of checks/clone_vm.c */
};

/* What everybody may see of a process. */
struct traits {
	pid_t pid, ppid;
	int forked;			/* it has not executed a program since it was born */
	long text, umask;		/* kB of the program's text; -1 cannot be told */
	char comm[64];
	pid_t origin;			/* the process that executed its program: itself, or one that it is born of; 0: it has ended */
};

struct outside {
	struct arena arena;
	int for_many;			/* the lists serve many trees */
	struct u64_list *processes;	/* all but ourselves and threads of the kernel (checks/run.c) */
	struct holders *holders;	/* who holds which pipe or file (holders.c) */
	struct traced *traced;		/* checks/ptrace.c */
	size_t ntraced, traced_cap;
	int traced_known;
	struct sharing *sharings;	/* checks/clone_vm.c: FOR_MANY only */
	size_t nsharings, sharings_cap;
	struct traits *unknown;		/* whom we may not compare with anybody */
	size_t nunknown, unknown_cap;
	int sharings_known;
};

void outside_begin(struct outside *o, int for_many);
void outside_end(struct outside *o);

#endif
