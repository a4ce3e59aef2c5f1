/* inet6.c - internet sockets, version 6: a TCP listener, a UDP socket that is bound, one that is bound to nothing. */
/* flavours: dynamic */
/* refused: inet6 */
#include "subject.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

int main(int argc, char **argv)
{
	struct sockaddr_in6 a = { .sin6_family = AF_INET6 }, b;
	socklen_t len = sizeof(b);
	int tcp, udp, loose;

	subject_init(argc, argv);
	a.sin6_addr = in6addr_loopback;
	tcp = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	udp = socket(AF_INET6, SOCK_DGRAM, 0);
	loose = socket(AF_INET6, SOCK_STREAM, 0);
	MUST(tcp >= 0 && udp >= 0 && loose >= 0);
	MUST(!bind(tcp, (void *)&a, sizeof(a)) && !listen(tcp, 3) && !getsockname(tcp, (void *)&a, &len));
	b = a;
	b.sin6_port = 0;
	MUST(!bind(udp, (void *)&b, sizeof(b)));

	subject_freeze();

	len = sizeof(b);
	EXPECT(!getsockname(tcp, (void *)&b, &len) && b.sin6_port == a.sin6_port, "port of the listener");
	EXPECT(!getsockname(udp, (void *)&b, &len) && b.sin6_port, "port of the UDP socket");
	return subject_end();
}
