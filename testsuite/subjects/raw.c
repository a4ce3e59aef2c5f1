/* raw.c - raw sockets: one with a filter of messages, one that holds data back. */
/* flavours: dynamic */
/* refused: raw */
/* needs: CAP_NET_RAW */
/* says: fd 3 +RAW 0\.0\.0\.0:1.*ICMP_FILTER 8 not 0 */
/* says: fd 4 +RAW 127\.0\.0\.1:253 <-> 127\.0\.0\.1:0, [0-9]+ bytes held back unsent */
#include "subject.h"
#include <linux/icmp.h>
#include <netinet/in.h>
#include <sys/socket.h>

int main(int argc, char **argv)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct icmp_filter filter = { 8 };
	int fd, type, corked;
	socklen_t len = sizeof(type);
	char text[100];

	subject_init(argc, argv);
	fd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
	if (fd < 0)
		SKIP("socket: %s", strerror(errno));
	corked = socket(AF_INET, SOCK_RAW, 253);
	MUST(!setsockopt(fd, 255, ICMP_FILTER, &filter, sizeof(filter)));
	MUST(!connect(corked, (void *)&a, sizeof(a)) && send(corked, "hold", 4, MSG_MORE) == 4);

	subject_freeze();

	EXPECT(!getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) && type == SOCK_RAW, "type");
	EXPECT(send(corked, "back", 4, 0) == 4, "the rest");
	EXPECT(recv(corked, text, sizeof(text), 0) == 28 && !memcmp(text + 20, "holdback", 8), "both as one packet");
	return subject_end();
}
