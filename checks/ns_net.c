/* ns_net.c - network namespaces other than ours. */
#include "checks/run.h"

int ns_net_look(struct scan *s, const struct thread_look *l)
{
	return ns_compare(s, l, "ns_net", "net", "network");
}

static int scan(struct scan *s)
{
	return threads_scan(s, ns_net_look);
}

static int claims(const struct fd_look *l)
{
	return ns_claims(l, "net");
}

const struct check check_ns_net = {
	.name = "ns_net",
	.title = "network namespaces",
	.how = "/proc/PID/task/TID/ns/net is another one than ours; descriptors by their link",
	.page =
		"Network devices, addresses, routes and filters of its own (network_namespaces(7)).\n\n"
		"Each kind of device, rule and setting is a feature by itself. A namespace with nothing but lo is cheap; veth, tun and\n"
		"bridges come next.",
	.claims = claims,
	.meaning = "an open namespace",
	.remedy = "close it before",
	.scan = scan,
};
