/* ns_cgroup.c - cgroup namespaces other than ours. */
#include "checks/run.h"

int ns_cgroup_look(struct scan *s, const struct thread_look *l)
{
	return ns_compare(s, l, "ns_cgroup", "cgroup", "control group");
}

static int scan(struct scan *s)
{
	return threads_scan(s, ns_cgroup_look);
}

static int claims(const struct fd_look *l)
{
	return ns_claims(l, "cgroup");
}

const struct check check_ns_cgroup = {
	.name = "ns_cgroup",
	.title = "cgroup namespaces",
	.how = "/proc/PID/task/TID/ns/cgroup is another one than ours; descriptors by their link",
	.page =
		"A view of control groups that starts at its own (cgroup_namespaces(7)).\n\n"
		"It is made by unshare(2) inside of the right group, so the groups have to exist first.",
	.claims = claims,
	.meaning = "an open namespace",
	.remedy = "close it before",
	.scan = scan,
};
