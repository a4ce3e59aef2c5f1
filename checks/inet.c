/* inet.c - TCP and UDP over IPv4. */
#include "checks/run.h"
#include "core/look/sockets.h"

static const char *const names[] = { "TCP", "UDP", "PING", NULL };

static int claims(const struct fd_look *l)
{
	return socket_is(l, names);
}

static int describe(struct scan *s, const struct file *f, struct buf *out)
{
	return socket_describe(s, f, out, socket_say_inet);
}

const struct check check_inet = {
	.name = "inet",
	.title = "IPv4 sockets",
	.how = "getxattr(system.sockprotoname) of the descriptor: TCP, UDP, PING; addresses and queues in /proc/PID/net; options against a new socket",
	.page =
		"TCP and UDP over IPv4.\n\n"
		"Listening and unconnected sockets are made again from their address and options. A connection needs\n"
		"TCP_REPAIR (CAP_NET_ADMIN): sequence numbers, windows, queues and timestamps; the peer must not\n"
		"notice that nobody answers meanwhile, so packets have to be dropped by a filter between dump and\n"
		"restore. Datagrams held back by UDP_CORK cannot be read by anyone.",
	.claims = claims,
	.describe = describe,
	.meaning = "a TCP or UDP socket",
	.remedy = "close its connections before",
};
