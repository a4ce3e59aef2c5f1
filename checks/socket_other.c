/* socket_other.c - protocols that no other unit knows. */
#include "checks/run.h"
#include "core/look/sockets.h"

static int claims(const struct fd_look *l)
{
	return socket_name(l) && !socket_is(l, "UNIX UNIX-STREAM TCP UDP PING TCPv6 UDPv6 PINGv6 NETLINK PACKET RAW RAWv6");
}

static int say(struct socket_look *k, struct buf *out)
{
	buf_printf(out, "socket of a protocol that cr does not know: %s", *k->name ? k->name : "?");
	if (k->domain >= 0)
		buf_printf(out, ", family %d type %d protocol %d", k->domain, k->type, k->protocol);
	return 0;
}

static int describe(struct scan *s, const struct file *f, struct buf *out)
{
	return socket_describe(s, f, out, say);
}

const struct check check_socket_other = {
	.name = "socket_other",
	.title = ROW_TEXT("other sockets"),
	.also = ROW_TEXT("sctp mptcp vsock alg xdp bluetooth can tipc smc"),
	.how = ROW_TEXT("a socket whose system.sockprotoname is none that another unit knows; options against a new socket"),
	.takes = ROW_TEXT("a unit for each protocol; few can tell their state"),
	.page = ROW_PAGE(
		"SCTP, MPTCP, SMC, TIPC, VSOCK, AF_ALG, XDP, Bluetooth, CAN, RDS, KCM and every other protocol.\n\n"
		"Each has a state of its own in the kernel, and mostly a peer that would notice. No other protocol has a "
		"repair mode like TCP's. What a socket is is told by its name for the protocol (system.sockprotoname), "
		"without touching it. Whatever has a name that no other unit knows is refused here, so a protocol of a "
		"future kernel is too.\n\n"
		"CAN and plain VSOCK listeners would be small units. MPTCP can mostly be switched off (mptcpize, "
		"GODEBUG=multipathtcp=0), and then it is TCP."),
	.in_2009 = 'N',
	.claims = claims,
	.describe = describe,
	.meaning = "a socket of a protocol that cr does not know",
	.remedy = "stop the program that uses it",
};
