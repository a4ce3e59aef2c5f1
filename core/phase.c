/* phase.c - runs a table of phases. See phase.h. */
#include "core/phase.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/err.h"

static int64_t now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000ll + ts.tv_nsec / 1000;
}

static int is_fault_wanted(const char *name)
{
	const char *at = ENABLE_FAULTS ? getenv("CR_FAIL_AT") : NULL;

	return at && !strcmp(at, name);
}

/* The undo functions may fail in their own ways; what is reported is the first failure. */
static void unwind(const struct phase *phases, int last, void *ctx)
{
	struct err_record first;

	err_keep(&first);
	for (int i = last; i >= 0; i--)
		if (phases[i].undo)
			phases[i].undo(ctx);
	err_restore(&first);
}

int phases_run(const struct phase *phases, void *ctx, int verbose)
{
	for (int i = 0; phases[i].name; i++) {
		int64_t took, start = verbose ? now_us() : 0;
		int ret = is_fault_wanted(phases[i].name) ? fail_plain("fault injected before phase '%s'", phases[i].name)
							  : phases[i].run(ctx);

		if (ret < 0) {
			unwind(phases, i, ctx);
			return -1;
		}
		if (!verbose)
			continue;
		took = now_us() - start;
		fprintf(stderr, "%6lld.%03d ms  %s\n", (long long)took / 1000, (int)(took % 1000), phases[i].name);
	}
	return 0;
}
