/* raw.c - a raw socket. */
/* flavours: dynamic */
/* refused: raw */
/* needs: CAP_NET_RAW */
#include "subject.h"
#include <netinet/in.h>
#include <sys/socket.h>

int main(int argc, char **argv)
{
	int fd, type;
	socklen_t len = sizeof(type);

	subject_init(argc, argv);
	fd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
	if (fd < 0)
		SKIP("socket: %s", strerror(errno));

	subject_freeze();

	EXPECT(!getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) && type == SOCK_RAW, "type");
	return subject_end();
}
