/* multicast.c - groups that sockets have joined, which no option tells. */
/* flavours: dynamic */
/* refused: inet6 */
/* says: fd 3 +UDP .*member of 239\.1\.2\.3 on device [0-9]+; [0-9]+ bytes of option memory.*IP_MULTICAST_TTL 9 not 1 */
/* says: fd 4 +UDPv6 .*member of 239\.1\.2\.4 on device [0-9]+; member of ff02::1:5 on device [0-9]+ */
/* says: fd 5 +UDP 127\.0\.0\.1:[0-9]+ +close */
#include "subject.h"
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

static int got(int fd, const char *to, int port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = port };
	struct in_addr loopback = { htonl(INADDR_LOOPBACK) };
	int sender = socket(AF_INET, SOCK_DGRAM, 0), n, i;
	char text[10];

	inet_pton(AF_INET, to, &a.sin_addr);
	EXPECT(!setsockopt(sender, IPPROTO_IP, IP_MULTICAST_IF, &loopback, sizeof(loopback)), "device to send from");
	EXPECT(sendto(sender, "here", 4, 0, (void *)&a, sizeof(a)) == 4, "send to %s: %s", to, strerror(errno));
	for (i = 0, n = -1; i < 100 && n < 0; i++) {
		n = recv(fd, text, sizeof(text), MSG_DONTWAIT);
		subject_nap(5);
	}
	close(sender);
	return n == 4;
}

int main(int argc, char **argv)
{
	struct ip_mreqn four = { .imr_ifindex = (int)if_nametoindex("lo") };
	struct ipv6_mreq six = { .ipv6mr_interface = if_nametoindex("lo") };
	struct sockaddr_in a = { .sin_family = AF_INET }, plain = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(a);
	int joined, both, none, nine = 9;

	subject_init(argc, argv);
	joined = socket(AF_INET, SOCK_DGRAM, 0);
	both = socket(AF_INET6, SOCK_DGRAM, 0);
	none = socket(AF_INET, SOCK_DGRAM, 0);
	if (both < 0 || access("/proc/self/net/igmp6", F_OK))
		SKIP("no IPv6");
	inet_pton(AF_INET, "239.1.2.3", &four.imr_multiaddr);
	MUST(!setsockopt(joined, IPPROTO_IP, IP_ADD_MEMBERSHIP, &four, sizeof(four)));
	inet_pton(AF_INET, "239.1.2.4", &four.imr_multiaddr);
	inet_pton(AF_INET6, "ff02::1:5", &six.ipv6mr_multiaddr);
	MUST(!setsockopt(both, IPPROTO_IP, IP_ADD_MEMBERSHIP, &four, sizeof(four)));
	MUST(!setsockopt(both, IPPROTO_IPV6, IPV6_JOIN_GROUP, &six, sizeof(six)));
	MUST(!setsockopt(joined, IPPROTO_IP, IP_MULTICAST_TTL, &nine, sizeof(nine)));
	MUST(!bind(joined, (void *)&a, sizeof(a)) && !getsockname(joined, (void *)&a, &len) && !bind(none, (void *)&plain, sizeof(plain)));

	subject_freeze();

	EXPECT(got(joined, "239.1.2.3", a.sin_port), "a datagram for the group");
	return subject_end();
}
