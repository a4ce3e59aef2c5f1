/* socket_other.c - protocols that no other unit knows. */
#include "checks/run.h"
#include "core/look/sockets.h"

static const char *const elsewhere[] = {
	"UNIX", "UNIX-STREAM", "TCP", "UDP", "PING", "TCPv6", "UDPv6", "PINGv6", "NETLINK", "PACKET", "RAW", "RAWv6", NULL
};

static int claims(const struct fd_look *l)
{
	return socket_name(l) && !socket_is(l, elsewhere);
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
	.title = "other sockets",
	.how = "a socket whose system.sockprotoname is none that another unit knows; options against a new socket",
	.page =
		"SCTP, MPTCP, SMC, TIPC, VSOCK, AF_ALG, XDP, Bluetooth, CAN, RDS, KCM and every other protocol.\n\n"
		"Each has a state of its own in the kernel, and mostly a peer that would notice. Whatever has a name\n"
		"that no other unit knows is refused here, so a protocol of a future kernel is too.",
	.claims = claims,
	.describe = describe,
	.meaning = "a socket of a protocol that cr does not know",
	.remedy = "stop the program that uses it",
};
