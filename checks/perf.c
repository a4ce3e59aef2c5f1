/* perf.c - performance events. */
#include "core/unit.h"

const struct check check_perf = {
	.name = "perf",
	.title = ROW_TEXT("perf"),
	.how = ROW_TEXT("the link of the descriptor; mappings of anon_inode:[perf_event]"),
	.takes = ROW_TEXT("a kernel interface that tells the attributes of an event"),
	.page = ROW_PAGE(
		"Performance events (perf_event_open(2)): profilers, and runtimes that profile themselves.\n\n"
		"The attributes that an event was opened with cannot be read back; counts belong to one processor and one "
		"boot; the mapped ring is written by the kernel. Events of other processes hang on these, not on the one "
		"that holds the descriptor.\n\n"
		"A kernel interface would have to tell the attributes, and then counts would start at an offset. Nobody "
		"has asked for it so far. Stop the profiler before."),
	.links = "anon_inode:[perf_event]",
	.meaning = "a performance event",
	.remedy = "stop the profiler",
};
