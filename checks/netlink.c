/* netlink.c - talking to the kernel. */
#include "checks/run.h"

static const char *const names[] = { "NETLINK", NULL };

static int claims(const struct fd_look *l)
{
	return socket_is(l, names);
}

const struct check check_netlink = {
	.name = "netlink",
	.title = "netlink sockets",
	.how = "getxattr(system.sockprotoname) of the descriptor: NETLINK",
	.page =
		"A socket for talking to parts of the kernel (netlink(7)).\n\n"
		"One without unread messages and without a dump under way can be made again with its port number and\n"
		"groups. Unread messages can be read with MSG_PEEK, but nobody can put them back as if the kernel had\n"
		"sent them.",
	.claims = claims,
	.meaning = "a netlink socket",
	.remedy = "close it before",
};
