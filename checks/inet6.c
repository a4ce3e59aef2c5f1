/* inet6.c - TCP and UDP over IPv6. */
#include "checks/run.h"
#include "core/look/sockets.h"

static const char *const names[] = { "TCPv6", "UDPv6", "PINGv6", NULL };

static int claims(const struct fd_look *l)
{
	return socket_is(l, names);
}

static int describe(struct scan *s, const struct file *f, struct buf *out)
{
	return socket_describe(s, f, out, socket_say_inet);
}

const struct check check_inet6 = {
	.name = "inet6",
	.title = "IPv6 sockets",
	.how = "getxattr(system.sockprotoname) of the descriptor: TCPv6, UDPv6, PINGv6; addresses and queues in /proc/PID/net; options against a new socket",
	.page =
		"TCP and UDP over IPv6.\n\n"
		"As with IPv4, and besides IPV6_V6ONLY, flow labels, scopes of link-local addresses and sticky\n"
		"headers.",
	.claims = claims,
	.describe = describe,
	.meaning = "a TCP or UDP socket over IPv6",
	.remedy = "close its connections before",
};
