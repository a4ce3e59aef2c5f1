/* netlink.c - netlink sockets: groups, a message that nobody has read, one that is not bound. */
/* flavours: dynamic */
/* refused: netlink */
/* says: fd 3 +netlink route \(0\), port [0-9]+, groups 1 5 33, [0-9]+ bytes of messages not read.*NETLINK_EXT_ACK 1 not 0 */
/* says: fd 4 +netlink kobject_uevent \(15\), not bound */
#include "subject.h"
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#ifndef SOL_NETLINK
#define SOL_NETLINK 270
#endif

int main(int argc, char **argv)
{
	struct sockaddr_nl a = { .nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR }, b;
	struct {
		struct nlmsghdr head;
		struct ifinfomsg link;
	} ask = { { sizeof(ask), RTM_GETLINK, NLM_F_REQUEST, 1, 0 }, { .ifi_index = 1 } };
	socklen_t len = sizeof(b);
	int fd, loose, one = 1, group = 33;
	char answer[8192];

	subject_init(argc, argv);
	fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	loose = socket(AF_NETLINK, SOCK_RAW, NETLINK_KOBJECT_UEVENT);
	MUST(fd == 3 && loose == 4 && !bind(fd, (void *)&a, sizeof(a)) && !getsockname(fd, (void *)&a, &len));
	MUST(!setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)));
	MUST(!setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one)));
	MUST(send(fd, &ask, sizeof(ask), 0) == sizeof(ask));

	subject_freeze();

	EXPECT(!getsockname(fd, (void *)&b, &len) && b.nl_pid == a.nl_pid, "port id");
	EXPECT(recv(fd, answer, sizeof(answer), MSG_DONTWAIT) > (ssize_t)sizeof(ask), "the message");
	return subject_end();
}
