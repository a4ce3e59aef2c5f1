/* packet.c - raw frames. */
#include "checks/run.h"
#include "core/look/sockets.h"

static int claims(const struct fd_look *l)
{
	return socket_is(l, "PACKET");
}

static int say(struct socket_look *k, struct buf *out)
{
	const struct proc_packet_socket *row = socket_row_packet(k);

	if (!row)
		return buf_puts(out, "packet socket"), 0;
	buf_printf(out, "packet socket, %s, protocol 0x%04x", row->type == 3 ? "raw" : row->type == 2 ? "without headers" : "of another type",
		   row->protocol);
	if (row->ifindex)
		buf_printf(out, ", on device %u", row->ifindex);
	if (row->rmem)
		buf_printf(out, ", %u bytes of packets not read", row->rmem);
	return 0;
}

static int describe(struct scan *s, const struct file *f, struct buf *out)
{
	return socket_describe(s, f, out, say);
}

const struct check check_packet = {
	.name = "packet",
	.title = ROW_TEXT("packet sockets"),
	.how = ROW_TEXT("getxattr(system.sockprotoname) of the descriptor: PACKET; addresses and queues in /proc/PID/net; options against a new socket"),
	.takes = ROW_TEXT("binding a new one to the same device with its filter, for sockets without rings"),
	.page = ROW_PAGE(
		"Raw frames of a network device (packet(7)): tcpdump, DHCP clients, LLDP.\n\n"
		"A simple one is made again by binding it to the same device, with its options and filter (SO_GET_FILTER "
		"reads classic ones; one that is eBPF cannot be read). Rings that are mapped show as memory that nobody "
		"else can make; fan-out groups and statistics have more state. Frames of the time in between are lost in "
		"any case, as they are when a reader is slow.\n\n"
		"About 150 lines for the simple ones, no change of the kernel. Stop the capture before."),
	.in_2009 = 'N',
	.claims = claims,
	.describe = describe,
	.meaning = "a packet socket",
	.remedy = "stop the capture",
};
