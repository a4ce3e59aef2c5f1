/* inet.c - internet sockets: a TCP listener, a UDP socket that is bound, one that is bound to nothing. */
/* flavours: dynamic */
/* refused: inet */
#include "subject.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

int main(int argc, char **argv)
{
	struct sockaddr_in a = { .sin_family = AF_INET }, b;
	socklen_t len = sizeof(b);
	int tcp, udp, loose;

	subject_init(argc, argv);
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	tcp = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	udp = socket(AF_INET, SOCK_DGRAM, 0);
	loose = socket(AF_INET, SOCK_STREAM, 0);
	MUST(tcp >= 0 && udp >= 0 && loose >= 0);
	MUST(!bind(tcp, (void *)&a, sizeof(a)) && !listen(tcp, 3) && !getsockname(tcp, (void *)&a, &len));
	b = a;
	b.sin_port = 0;
	MUST(!bind(udp, (void *)&b, sizeof(b)));

	subject_freeze();

	len = sizeof(b);
	EXPECT(!getsockname(tcp, (void *)&b, &len) && b.sin_port == a.sin_port, "port of the listener");
	EXPECT(!getsockname(udp, (void *)&b, &len) && b.sin_port, "port of the UDP socket");
	return subject_end();
}
