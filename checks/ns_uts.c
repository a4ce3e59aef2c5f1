/* ns_uts.c - UTS namespaces other than ours. */
#include "checks/run.h"

int ns_uts_look(struct scan *s, const struct thread_look *l)
{
	return ns_compare(s, l, "ns_uts", "uts", "host name");
}

static int scan(struct scan *s)
{
	return threads_scan(s, ns_uts_look);
}

static int claims(const struct fd_look *l)
{
	return ns_claims(l, "uts");
}

const struct check check_ns_uts = {
	.name = "ns_uts",
	.title = "UTS namespaces",
	.how = "/proc/PID/task/TID/ns/uts is another one than ours; descriptors by their link",
	.page =
		"A host name of its own (uts_namespaces(7)).\n\n"
		"Two strings: cheap to carry once namespaces are made again at all.",
	.claims = claims,
	.meaning = "an open namespace",
	.remedy = "close it before",
	.scan = scan,
};
