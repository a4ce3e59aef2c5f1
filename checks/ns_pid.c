/* ns_pid.c - pid namespaces other than ours, entered or unshared for the children to come. */
#include "checks/run.h"

static int claims(const struct fd_look *l)
{
	return ns_claims(l, "pid");
}

const struct check check_ns_pid = {
	.name = "ns_pid",
	.title = ROW_TEXT("pid namespaces"),
	.how = ROW_TEXT("/proc/PID/task/TID/ns/pid and ns/pid_for_children are others than ours; descriptors by their link"),
	.takes = ROW_TEXT("clone3(2) with a number for each level, its init first"),
	.page = ROW_PAGE(
		"Process numbers of its own (pid_namespaces(7)): containers.\n\n"
		"The first process of one is its init: it has to be made first, and all others with their numbers at "
		"every level, which clone3(2) takes as a list. The parent of a process may lie outside. One that was "
		"unshared for children but has no process yet shows as a missing link ns/pid_for_children.\n\n"
		"About 200 lines in the spine, no change of the kernel. From inside of it (nsenter -p with its own /proc) "
		"everything below its init can be dumped now."),
	.in_2009 = 'S',
	.claims = claims,
	.meaning = "an open namespace",
	.remedy = "close it before",
	.scan = threads_scan,
};
