/* ns_net.c - network namespaces other than ours. */
#include "checks/run.h"

static int claims(const struct fd_look *l)
{
	return ns_claims(l, "net");
}

const struct check check_ns_net = {
	.name = "ns_net",
	.title = ROW_TEXT("network namespaces"),
	.how = ROW_TEXT("/proc/PID/task/TID/ns/net is another one than ours; descriptors by their link"),
	.takes = ROW_TEXT("a new namespace with its devices, addresses, routes, rules and settings"),
	.page = ROW_PAGE(
		"Network devices, addresses, routes, filters and settings of its own (network_namespaces(7)).\n\n"
		"Each kind of device, rule and setting is a feature by itself; hundreds of sysctls and the rules of "
		"nftables belong to it. A namespace with nothing but lo is cheap; veth, tun and bridges come next, and "
		"their other ends lie outside. A socket belongs to the namespace in which it was made, whatever its "
		"process did since.\n\n"
		"No change of the kernel. Run cr inside of it (nsenter -n): sockets are then judged like any other."),
	.in_2009 = 'S',
	.claims = claims,
	.meaning = "an open namespace",
	.remedy = "close it before",
	.scan = threads_scan,
};
