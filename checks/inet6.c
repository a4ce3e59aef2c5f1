/* inet6.c - TCP and UDP over IPv6. */
#include "checks/run.h"
#include "core/look/sockets.h"

static int claims(const struct fd_look *l)
{
	return socket_is(l, "TCPv6 UDPv6 PINGv6");
}

static int describe(struct scan *s, const struct file *f, struct buf *out)
{
	return socket_describe(s, f, out, socket_say_inet);
}

const struct check check_inet6 = {
	.name = "inet6",
	.title = ROW_TEXT("IPv6 sockets"),
	.also = ROW_TEXT("tcp6 udp6"),
	.how = ROW_TEXT("getxattr(system.sockprotoname) of the descriptor: TCPv6, UDPv6, PINGv6; addresses and queues in /proc/PID/net; options against a new socket"),
	.takes = ROW_TEXT("the same as inet, and scopes, flow labels and sticky headers"),
	.page = ROW_PAGE(
		"TCP, UDP and ping sockets over IPv6.\n\n"
		"As with IPv4 (see inet), and besides: IPV6_V6ONLY, on which it depends whether one socket or two listen "
		"on a port; scopes of link-local addresses, which are numbers of devices here; flow labels, which are "
		"leased; headers that stick to a socket. An address is used only after the check for duplicates, so a "
		"restored socket may have to bind to one that is still tentative (IP_FREEBIND).\n\n"
		"About 150 lines on top of inet, no change of the kernel."),
	.in_2009 = 'N',
	.claims = claims,
	.describe = describe,
	.meaning = "a TCP or UDP socket over IPv6",
	.remedy = "close its connections before",
};
