/* inet.c - TCP and UDP over IPv4. */
#include "checks/run.h"
#include "core/look/sockets.h"

static int claims(const struct fd_look *l)
{
	return socket_is(l, "TCP UDP PING");
}

static int describe(struct scan *s, const struct file *f, struct buf *out)
{
	return socket_describe(s, f, out, socket_say_inet);
}

const struct check check_inet = {
	.name = "inet",
	.title = ROW_TEXT("IPv4 sockets"),
	.also = ROW_TEXT("tcp udp ping"),
	.how = ROW_TEXT("getxattr(system.sockprotoname) of the descriptor: TCP, UDP, PING; addresses and queues in /proc/PID/net; options against a new socket"),
	.takes = ROW_TEXT("bind and listen again; TCP_REPAIR for connections, with a packet filter between dump and restore"),
	.page = ROW_PAGE(
		"TCP, UDP and ping sockets over IPv4.\n\n"
		"Listening and unconnected sockets are made again from their address and options. Some forty options have "
		"to be read and set again, and connections that nobody has accepted yet belong to the listener. A "
		"connection needs TCP_REPAIR (CAP_NET_ADMIN): sequence numbers, windows, queues and timestamps; the peer "
		"must not notice that nobody answers meanwhile, so a filter has to drop packets between dump and restore, "
		"and the address has to come along. Datagrams held back by UDP_CORK cannot be read by anyone.\n\n"
		"Costs: a unit of about 600 lines, no change of the kernel. Close connections before, or use a proxy that "
		"keeps them."),
	.in_2009 = 'S',
	.claims = claims,
	.describe = describe,
	.meaning = "a TCP or UDP socket",
	.remedy = "close its connections before",
};
