/* netlink.c - a netlink socket. */
/* flavours: dynamic */
/* refused: netlink */
#include "subject.h"
#include <linux/netlink.h>
#include <sys/socket.h>

int main(int argc, char **argv)
{
	struct sockaddr_nl a = { .nl_family = AF_NETLINK }, b;
	socklen_t len = sizeof(b);
	int fd;

	subject_init(argc, argv);
	fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	MUST(fd >= 0 && !bind(fd, (void *)&a, sizeof(a)) && !getsockname(fd, (void *)&a, &len));

	subject_freeze();

	EXPECT(!getsockname(fd, (void *)&b, &len) && b.nl_pid == a.nl_pid, "port id");
	return subject_end();
}
