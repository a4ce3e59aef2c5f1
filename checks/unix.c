/* unix.c - sockets of one machine. */
#include "checks/run.h"
#include "core/look/sockets.h"

static int claims(const struct fd_look *l)
{
	return socket_is(l, "UNIX UNIX-STREAM");
}

static int describe(struct scan *s, const struct file *f, struct buf *out)
{
	return socket_describe(s, f, out, socket_say_unix);
}

const struct check check_unix = {
	.name = "unix",
	.title = ROW_TEXT("unix sockets"),
	.also = ROW_TEXT("socketpair"),
	.how = ROW_TEXT("getxattr(system.sockprotoname) of the descriptor: UNIX, UNIX-STREAM; peer, queues and file by sock_diag(7); options against a new socket"),
	.takes = ROW_TEXT("socketpair(2) or bind and connect again, queues from MSG_PEEK, descriptors and credentials in flight"),
	.page = ROW_PAGE(
		"Sockets between processes of one machine (unix(7)): almost every daemon talks to syslog, D-Bus or its "
		"own workers.\n\n"
		"A pair inside the tree can be made again with socketpair(2) and its queues filled, as MSG_PEEK reads "
		"them without taking anything out. Hard are descriptors and credentials in flight, the credentials of the "
		"moment of connection, names of files that were deleted, connections not accepted yet, and urgent data, "
		"at which a peek stops. A peer outside of the tree cannot be asked to connect again: that stays refused.\n\n"
		"About 500 lines, no change of the kernel. Many programs reconnect by themselves: a flag may close such "
		"connections one day."),
	.in_2009 = 'S',
	.claims = claims,
	.describe = describe,
	.meaning = "a unix socket",
	.remedy = "close it before",
};
