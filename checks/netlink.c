/* netlink.c - talking to the kernel. */
#include <sys/socket.h>

#include "checks/run.h"
#include "core/look/sockets.h"

static int claims(const struct fd_look *l)
{
	return socket_is(l, "NETLINK");
}

static const char *protocol_name(uint32_t protocol)
{
	static const char names[][16] = {
		[0] = "route", [2] = "usersock", [4] = "sock_diag", [5] = "nflog", [6] = "xfrm", [7] = "selinux", [8] = "iscsi", [9] = "audit",
		[10] = "fib_lookup", [11] = "connector", [12] = "netfilter", [15] = "kobject_uevent", [16] = "generic", [18] = "scsitransport",
		[20] = "rdma", [21] = "crypto", [22] = "smc",
	};

	return protocol < sizeof(names) / sizeof(names[0]) && *names[protocol] ? names[protocol] : "of a protocol without a name";
}

/* The list shows the first 32 groups of each socket, the copy tells all. */
static void say_groups(const struct socket_look *k, uint32_t first, struct buf *out)
{
	uint32_t words[32] = { first };
	socklen_t len = sizeof(words);
	size_t n = 1, found = 0;

	if (k->copy >= 0 && !getsockopt(k->copy, 270, 9, words, &len))	/* SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS */
		n = len / 4 < 32 ? len / 4 : 32;
	for (size_t i = 0; i < n * 32; i++)
		if (words[i / 32] >> i % 32 & 1)
			buf_printf(out, "%s%zu", found++ ? " " : ", groups ", i + 1);
}

static int say(struct socket_look *k, struct buf *out)
{
	const struct proc_netlink_socket *row = socket_row_netlink(k);
	int protocol = row ? (int)row->protocol : k->protocol;

	buf_printf(out, "netlink %s (%d)", protocol_name((uint32_t)protocol), protocol);
	if (!row)
		return buf_puts(out, ", not bound"), 0;
	buf_printf(out, ", port %u", row->portid);
	say_groups(k, row->groups, out);
	if (row->rmem)
		buf_printf(out, ", %u bytes of messages not read", row->rmem);
	if (row->dump)
		buf_puts(out, ", a dump is under way");
	return 0;
}

static int describe(struct scan *s, const struct file *f, struct buf *out)
{
	return socket_describe(s, f, out, say);
}

const struct check check_netlink = {
	.name = "netlink",
	.title = ROW_TEXT("netlink sockets"),
	.how = ROW_TEXT("getxattr(system.sockprotoname) of the descriptor: NETLINK; addresses and queues in /proc/PID/net; options against a new socket"),
	.takes = ROW_TEXT("binding again to the port number and groups, for sockets with nothing to read"),
	.page = ROW_PAGE(
		"Sockets for talking to parts of the kernel (netlink(7)): ip, udev, systemd, network managers; the C "
		"library opens one to list addresses.\n\n"
		"One without unread messages and without a dump under way can be made again with its port number, which "
		"need not be the pid, and all of its groups, of which only the first 32 stand in /proc/net/netlink. "
		"Unread messages can be read with MSG_PEEK, but nobody can put them back as if the kernel had sent them; "
		"a listener would have missed events in any case, and the kernel has a way to tell it so (ENOBUFS).\n\n"
		"About 120 lines, no change of the kernel. A program that opens one for a moment passes at the next try."),
	.in_2009 = 'N',
	.claims = claims,
	.describe = describe,
	.meaning = "a netlink socket",
	.remedy = "close it before",
};
