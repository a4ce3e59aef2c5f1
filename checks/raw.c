/* raw.c - raw IP packets. */
#include "checks/run.h"
#include "core/look/sockets.h"

static const char *const names[] = { "RAW", "RAWv6", NULL };

static int claims(const struct fd_look *l)
{
	return socket_is(l, names);
}

static int describe(struct scan *s, const struct file *f, struct buf *out)
{
	return socket_describe(s, f, out, socket_say_inet);
}

const struct check check_raw = {
	.name = "raw",
	.title = "raw sockets",
	.how = "getxattr(system.sockprotoname) of the descriptor: RAW, RAWv6; addresses and queues in /proc/PID/net; options against a new socket",
	.page =
		"Raw IP packets (raw(7)).\n\n"
		"Protocol, options and filter can be read and set again; packets that arrive in between are lost,\n"
		"which raw sockets never promised not to do.",
	.claims = claims,
	.describe = describe,
	.meaning = "a raw IP socket",
	.remedy = "stop the program that uses it",
};
