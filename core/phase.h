/*
 * phase.h - a piece of long work as a table of steps, each with its undoing.
 *
 * On a failure the undo functions run in reverse, that of the failing phase included, so each must cope with a phase that got only
 * half way. Tests inject a failure in front of a phase through CR_FAIL_AT (CONFIG_FAULTS).
 */
#ifndef CR_CORE_PHASE_H
#define CR_CORE_PHASE_H

struct phase {
	const char *name;
	int (*run)(void *ctx);
	void (*undo)(void *ctx);	/* NULL: nothing to undo */
};

/* PHASES ends with a NULL name. VERBOSE prints the time of each on stderr. 0, or -1 after everything was undone. */
int phases_run(const struct phase *phases, void *ctx, int verbose);

#endif
