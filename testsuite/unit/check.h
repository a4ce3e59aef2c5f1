/* check.h - one line of a unit test: PASS or FAIL, with the error that was recorded. */
#ifndef CR_TEST_CHECK_H
#define CR_TEST_CHECK_H

#include <stdio.h>

#include "core/base/err.h"

static int failures;

/* Flushed, for tests that fork. */
static void check(int good, const char *title)
{
	printf("%s: %s\n", good ? "PASS" : "FAIL", title);
	if (!good && err_text()[0])
		printf("\t%s\n", err_text());
	failures += !good;
	err_clear();
	fflush(stdout);
}

#endif
