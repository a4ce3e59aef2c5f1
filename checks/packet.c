/* packet.c - raw frames. */
#include "checks/run.h"

static const char *const names[] = { "PACKET", NULL };

static int claims(const struct fd_look *l)
{
	return socket_is(l, names);
}

const struct check check_packet = {
	.name = "packet",
	.title = "packet sockets",
	.how = "getxattr(system.sockprotoname) of the descriptor: PACKET",
	.page =
		"Raw frames of a network device (packet(7)).\n\n"
		"A simple one is made again by binding it to the same device. Rings that are mapped, fan-out groups\n"
		"and filters have more state, and frames of the time in between are lost in any case.",
	.claims = claims,
	.meaning = "a packet socket",
	.remedy = "stop the capture",
};
