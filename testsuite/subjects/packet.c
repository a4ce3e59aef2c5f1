/* packet.c - a packet socket. */
/* flavours: dynamic */
/* refused: packet */
/* needs: CAP_NET_RAW */
#include "subject.h"
#include <sys/socket.h>

int main(int argc, char **argv)
{
	int fd, type;
	socklen_t len = sizeof(type);

	subject_init(argc, argv);
	fd = socket(AF_PACKET, SOCK_DGRAM, 0);
	if (fd < 0)
		SKIP("socket: %s", strerror(errno));

	subject_freeze();

	EXPECT(!getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) && type == SOCK_DGRAM, "type");
	return subject_end();
}
