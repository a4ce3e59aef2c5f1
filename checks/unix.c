/* unix.c - sockets of one machine. */
#include "checks/run.h"
#include "core/look/sockets.h"

static const char *const names[] = { "UNIX", "UNIX-STREAM", NULL };

static int claims(const struct fd_look *l)
{
	return socket_is(l, names);
}

static int describe(struct scan *s, const struct file *f, struct buf *out)
{
	return socket_describe(s, f, out, socket_say_unix);
}

const struct check check_unix = {
	.name = "unix",
	.title = "unix sockets",
	.how = "getxattr(system.sockprotoname) of the descriptor: UNIX, UNIX-STREAM; peer, queues and file by sock_diag(7); options against a new socket",
	.page =
		"Sockets between processes of one machine (unix(7)).\n\n"
		"A pair inside the tree can be made again with socketpair(2) and its queues filled, as MSG_PEEK reads\n"
		"them without taking anything out. Hard are descriptors and credentials in flight, names of files\n"
		"that were deleted, and connections not accepted yet. A peer outside of the tree cannot be asked to\n"
		"connect again: that stays refused.",
	.claims = claims,
	.describe = describe,
	.meaning = "a unix socket",
	.remedy = "close it before",
};
