/* packet.c - packet sockets: one that listens to nothing, one bound to a device and a protocol with a packet that nobody has read. */
/* flavours: dynamic */
/* refused: packet */
/* needs: CAP_NET_RAW */
/* says: fd 3 +packet socket */
/* says: fd 4 +packet socket, raw, protocol 0x88b5, on device [0-9]+, [0-9]+ bytes of packets not read.*PACKET_AUXDATA 1 not 0 */
#include "subject.h"
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>

#define PROTOCOL 0x88b5			/* for local experiments */

int main(int argc, char **argv)
{
	struct sockaddr_ll a = { .sll_family = AF_PACKET, .sll_protocol = htons(PROTOCOL), .sll_ifindex = (int)if_nametoindex("lo"), .sll_halen = 6 };
	int fd, type, bound, one = 1;
	socklen_t len = sizeof(type);
	char text[20];

	subject_init(argc, argv);
	fd = socket(AF_PACKET, SOCK_DGRAM, 0);
	if (fd < 0)
		SKIP("socket: %s", strerror(errno));
	bound = socket(AF_PACKET, SOCK_RAW, 0);
	MUST(bound == 4 && !bind(bound, (void *)&a, sizeof(a)) && !setsockopt(bound, SOL_PACKET, PACKET_AUXDATA, &one, sizeof(one)));
	MUST(sendto(fd, "four", 4, 0, (void *)&a, sizeof(a)) == 4);
	subject_nap(50);

	subject_freeze();

	EXPECT(!getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) && type == SOCK_DGRAM, "type");
	EXPECT(recv(bound, text, sizeof(text), MSG_DONTWAIT) == 18 && !memcmp(text + 14, "four", 4), "the packet");
	return subject_end();
}
