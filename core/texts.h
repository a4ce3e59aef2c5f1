/*
 * texts.h - what is said seldom and at length: the checklist and its pages, and what --help prints. The program has it squeezed
 * (scripts/gen-texts collects it, core/base/squeeze.h says how); here it is unpacked.
 *
 *	static const struct text_unit help = {
 *		.name = "main",
 *		.page = ROW_TEXT("usage: cr APPLET ..."),
 *	};
 */
#ifndef CR_CORE_TEXTS_H
#define CR_CORE_TEXTS_H

#include <stdio.h>

#include "core/base/arena.h"

/* Of such a text the compiler keeps only that there is one. A build may leave the pages of the checklist out. */
#define ROW_TEXT(text) (sizeof(text) > 1)
#define ROW_PAGE(text) (ENABLE_PAGES && ROW_TEXT(text))

/* For what is no unit: a name, and a text of it. */
struct text_unit {
	const char *name;
	char page;
};

struct text {				/* NULL: there is none */
	const char *title, *also, *how, *condition, *takes, *page;
};

enum texts { TEXTS_FIRST, TEXTS_ALL };	/* those of applets and facilities are there at once, all of them in a tenth of a second */

const char *texts_unpack(struct arena *a, enum texts which);	/* NULL recorded */
/* The texts of NAME, which stands in FOLDER: "checks/". */
void texts_find(const char *texts, const char *folder, const char *name, struct text *t);
/* Prints the page of a name in "applets/"; -1 recorded. */
int texts_print(FILE *out, const char *name, enum texts which);

#endif
