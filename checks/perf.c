/* perf.c - performance events. */
#include "core/unit.h"

static const char *const links[] = { "anon_inode:[perf_event]", NULL };

const struct check check_perf = {
	.name = "perf",
	.title = "perf",
	.how = "the link of the descriptor; mappings of anon_inode:[perf_event]",
	.page =
		"Performance events (perf_event_open(2)).\n\n"
		"The attributes that an event was opened with cannot be read back, and counts belong to one processor\n"
		"and one boot. A solution needs a kernel interface that tells the attributes.",
	.links = links,
	.meaning = "a performance event",
	.remedy = "stop the profiler",
};
