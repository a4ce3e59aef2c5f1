/* ns_uts.c - UTS namespaces other than ours. */
#include "checks/run.h"

static int claims(const struct fd_look *l)
{
	return ns_claims(l, "uts");
}

const struct check check_ns_uts = {
	.name = "ns_uts",
	.title = ROW_TEXT("UTS namespaces"),
	.how = ROW_TEXT("/proc/PID/task/TID/ns/uts is another one than ours; descriptors by their link"),
	.takes = ROW_TEXT("unshare(2), sethostname(2) and setdomainname(2)"),
	.page = ROW_PAGE(
		"A host name and a domain name of its own (uts_namespaces(7)).\n\n"
		"Two strings, which can be read only from inside: a helper enters the namespace for a moment. Two calls "
		"to set them again. Cheap to carry once namespaces are made again at all; what is left is to know which "
		"tasks share one.\n\n"
		"About 50 lines, no change of the kernel. Run cr inside of it (nsenter -u) and it is no other one."),
	.in_2009 = 'S',
	.claims = claims,
	.meaning = "an open namespace",
	.remedy = "close it before",
	.scan = threads_scan,
};
