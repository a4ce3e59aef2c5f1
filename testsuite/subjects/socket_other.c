/* socket_other.c - a socket of a protocol that no other unit knows: the first of several that this kernel has. */
/* flavours: dynamic */
/* refused: socket_other */
#include "subject.h"
#include <netinet/in.h>
#include <sys/socket.h>

static const struct {
	int family, type, protocol;
} some[] = {
	{ AF_INET, SOCK_STREAM, 262 },		/* MPTCP */
	{ 40, SOCK_STREAM, 0 },			/* VSOCK */
	{ AF_INET, SOCK_DGRAM, 136 },		/* UDP-Lite */
	{ AF_INET, SOCK_STREAM, 132 },		/* SCTP */
	{ 38, SOCK_SEQPACKET, 0 },		/* ALG */
	{ 44, SOCK_RAW, 0 },			/* XDP */
	{ 29, SOCK_RAW, 1 },			/* CAN */
};
#define SOME (sizeof(some) / sizeof(some[0]))

int main(int argc, char **argv)
{
	socklen_t len = sizeof(int);
	int fd = -1, domain = -1;
	size_t i;

	subject_init(argc, argv);
	for (i = 0; i < SOME; i++)
		if ((fd = socket(some[i].family, some[i].type | SOCK_CLOEXEC, some[i].protocol)) >= 0)
			break;
	if (fd < 0)
		SKIP("this kernel has none of MPTCP, VSOCK, UDP-Lite, SCTP, ALG, XDP, CAN");

	subject_freeze();

	EXPECT(!getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &len), "SO_DOMAIN: %s", strerror(errno));
	EXPECT_EQ(domain, some[i].family, "family");
	EXPECT_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC, "close-on-exec");
	return subject_end();
}
