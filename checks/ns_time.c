/* ns_time.c - time namespaces other than ours, entered or unshared for the children to come. */
#include "checks/run.h"

static int claims(const struct fd_look *l)
{
	return ns_claims(l, "time");
}

const struct check check_ns_time = {
	.name = "ns_time",
	.title = ROW_TEXT("time namespaces"),
	.how = ROW_TEXT("/proc/PID/task/TID/ns/time and ns/time_for_children are others than ours; descriptors by their link"),
	.takes = ROW_TEXT("writing timens_offsets before the first process enters"),
	.page = ROW_PAGE(
		"Clocks with an offset of their own (time_namespaces(7)), entered or unshared for the children to come.\n\n"
		"The offsets stand in timens_offsets and can be written only before the first process enters, so a child "
		"has to be made for it. It is worth more than a row: with one, CLOCK_MONOTONIC of any restored process "
		"could go on as if no time had passed.\n\n"
		"About 80 lines once namespaces are made again at all, no change of the kernel."),
	.in_2009 = 'N',
	.claims = claims,
	.meaning = "an open namespace",
	.remedy = "close it before",
	.scan = threads_scan,
};
