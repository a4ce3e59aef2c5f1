/*
 * rows.h - the checklist: one row for each feature, put together from the units and from what the spine carries without one.
 */
#ifndef CR_CORE_ROWS_H
#define CR_CORE_ROWS_H

#include "core/unit.h"

enum row_verdict { ROW_CARRIED, ROW_CONDITION, ROW_REFUSED };

struct row {
	const struct unit_row *unit;
	const char *folder;		/* "checks/" */
	enum row_verdict verdict;
	const char *asker;		/* a unit of another name that asks in the frozen tree for it; NULL: none does */
	char inside;			/* a part of it shows inside alone */
	struct text text;		/* of rows_unpack() */
	const char *how_inside;		/* of the asker */
};

struct rows {
	struct row *v;			/* by name */
	size_t n, cap;
	struct arena *arena;
};

int rows_make(struct rows *r, struct arena *a);		/* -1 recorded */
int rows_unpack(struct rows *r);			/* the texts; -1 recorded */
const struct row *rows_find(const struct rows *r, const char *name);	/* by id or another name; NULL: no such feature. After rows_unpack() */
const char *row_verdict_name(const struct row *row);	/* "carried", "condition", "refused" */

#endif
