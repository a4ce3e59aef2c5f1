/* ns_cgroup.c - cgroup namespaces other than ours. */
#include "checks/run.h"

static int claims(const struct fd_look *l)
{
	return ns_claims(l, "cgroup");
}

const struct check check_ns_cgroup = {
	.name = "ns_cgroup",
	.title = ROW_TEXT("cgroup namespaces"),
	.how = ROW_TEXT("/proc/PID/task/TID/ns/cgroup is another one than ours; descriptors by their link"),
	.takes = ROW_TEXT("unshare(CLONE_NEWCGROUP) inside of the right group, once groups are rejoined"),
	.page = ROW_PAGE(
		"A view of control groups that starts at its own root (cgroup_namespaces(7)); every container has one.\n\n"
		"It is made by unshare(2) while the task is inside of the group that shall be its root, so that group has "
		"to exist first, with whoever manages it (see cgroup). From then on one call. A descriptor of such a "
		"namespace is refused, too.\n\n"
		"No change of the kernel. Run cr inside of the namespace (nsenter -C) and it is no other one."),
	.in_2009 = 'S',
	.claims = claims,
	.meaning = "an open namespace",
	.remedy = "close it before",
	.scan = threads_scan,
};
