/*
 * facility.h - what this kernel and these privileges give, and what depends on it.
 */
#ifndef CR_CORE_FACILITY_H
#define CR_CORE_FACILITY_H

enum { FOR_CHECK = 1, FOR_DUMP = 2, FOR_RESTORE = 4 };

struct facility {
	const char *name;
	char use;			/* what it is good for: the title of core/texts.h */
	char features;			/* rows of the checklist that depend on it, blanks between; 0: all. "also" there */
	int needed;			/* FOR_*: without it these do not work at all */
	const char *(*probe)(void);	/* NULL: it is there; else the option, capability or sysctl that is missing. Changes nothing. */
};

extern const struct facility facilities[];	/* a NULL name ends it */

int facility_in_user_namespace(void);	/* capabilities count only for what belongs to it */
int facility_child_can(int (*f)(const void *ctx), const void *ctx);	/* does F, which returns 0 then, succeed in a child that ends with it? */

#endif
