/*
 * facility.h - what this kernel and these privileges give.
 */
#ifndef CR_CORE_FACILITY_H
#define CR_CORE_FACILITY_H

struct facility {
	const char *name;
	const char *needs;		/* the option, capability or version that is missing when it is not there */
	const char *use;		/* what depends on it */
	int required;			/* without it nothing can be dumped or restored */
	int (*probe)(void);		/* 1 it is there, 0 not; changes nothing */
};

extern const struct facility facilities[];	/* a NULL name ends it */

#endif
