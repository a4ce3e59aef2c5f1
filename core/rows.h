/*
 * rows.h - the checklist: one row for each feature, put together from the units and from what the spine carries without one.
 */
#ifndef CR_CORE_ROWS_H
#define CR_CORE_ROWS_H

#include "core/unit.h"

enum row_verdict { ROW_CARRIED, ROW_CONDITION, ROW_REFUSED };

struct row_text {			/* NULL: there is none. See core/unit.h */
	const char *name, *title, *also, *how, *condition, *takes, *page;
	char in_2009, may_be_lost, inside;
};

struct row {
	struct row_text text;
	enum row_verdict verdict;
	const char *how_inside;		/* what a unit of another name asks in the frozen tree for it; NULL: none does */
	const char *asker;		/* its name */
};

struct rows {
	struct row *v;			/* by name */
	size_t n, cap;
	struct arena *arena;
	const char *texts;		/* of all units, unpacked */
};

int rows_make(struct rows *r, struct arena *a);		/* -1 recorded */
const struct row *rows_find(const struct rows *r, const char *name);	/* by id or another name; NULL: no such feature */
const char *row_verdict_name(const struct row *row);	/* "carried", "condition", "refused" */

#endif
