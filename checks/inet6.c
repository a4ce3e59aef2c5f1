/* inet6.c - TCP and UDP over IPv6. */
#include "checks/run.h"

static const char *const names[] = { "TCPv6", "UDPv6", "PINGv6", NULL };

static int claims(const struct fd_look *l)
{
	return socket_is(l, names);
}

const struct check check_inet6 = {
	.name = "inet6",
	.title = "IPv6 sockets",
	.how = "getxattr(system.sockprotoname) of the descriptor: TCPv6, UDPv6, PINGv6",
	.page =
		"TCP and UDP over IPv6.\n\n"
		"As with IPv4, and besides IPV6_V6ONLY, flow labels, scopes of link-local addresses and sticky\n"
		"headers.",
	.claims = claims,
	.meaning = "a TCP or UDP socket over IPv6",
	.remedy = "close its connections before",
};
