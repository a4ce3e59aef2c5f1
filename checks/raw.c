/* raw.c - raw IP packets. */
#include "checks/run.h"
#include "core/look/sockets.h"

static int claims(const struct fd_look *l)
{
	return socket_is(l, "RAW RAWv6");
}

static int describe(struct scan *s, const struct file *f, struct buf *out)
{
	return socket_describe(s, f, out, socket_say_inet);
}

const struct check check_raw = {
	.name = "raw",
	.title = ROW_TEXT("raw sockets"),
	.how = ROW_TEXT("getxattr(system.sockprotoname) of the descriptor: RAW, RAWv6; addresses and queues in /proc/PID/net; options against a new socket"),
	.takes = ROW_TEXT("socket(2) with the same protocol, options and filter"),
	.page = ROW_PAGE(
		"Raw IP packets (raw(7)): ping of old, traceroute, routing daemons (OSPF), VRRP.\n\n"
		"Protocol, address, options, ICMP filter and a classic socket filter can be read and set again, with "
		"CAP_NET_RAW. A packet half put together (MSG_MORE) cannot be read. Packets that arrive in between are "
		"lost, which raw sockets never promised not to do.\n\n"
		"About 100 lines next to inet, no change of the kernel."),
	.in_2009 = 'N',
	.claims = claims,
	.describe = describe,
	.meaning = "a raw IP socket",
	.remedy = "stop the program that uses it",
};
