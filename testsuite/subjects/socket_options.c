/* socket_options.c - options of TCP and UDP sockets that have to be the same afterwards. */
/* flavours: dynamic */
/* refused: inet */
/* says: fd 3 .*SO_REUSEADDR 1 not 0, SO_SNDBUF 40000 not [0-9]+, SO_KEEPALIVE 1 not 0, .*SO_LINGER 1:7 not 0:0, SO_RCVTIMEO 2:500000 not 0:0 */
/* says: fd 3 .*SO_TIMESTAMP 1 not 0, SO_MARK 5 not 0, .*SO_PEEK_OFF 3 not -1, .*SO_ZEROCOPY 1 not 0 */
/* says: fd 3 .*IP_TOS 16 not 0, IP_TTL 9 not [0-9]+ */
/* says: fd 3 .*TCP_NODELAY 1 not 0, .*TCP_CORK 1 not 0, TCP_KEEPIDLE 77 not [0-9]+.*TCP_DEFER_ACCEPT 7 not 0 */
/* says: fd 3 .*TCP_CONGESTION reno not [a-z]+, .*TCP_USER_TIMEOUT 4321 not 0, TCP_FASTOPEN 6 not 0, .*TCP_SAVE_SYN 1 not 0 */
/* says: fd 4 .*IP_PKTINFO 1 not 0, .*IP_RECVERR 1 not 0, .*IP_MULTICAST_IF [0-9]+ not 0, IP_MULTICAST_TTL 5 not 1, IP_MULTICAST_LOOP 0 not 1 */
/* says: fd 4 .*SO_RCVBUF 60000 not [0-9]+.*SO_BINDTODEVICE lo not none.*UDP_SEGMENT 1000 not 0, UDP_GRO 1 not 0 */
/* says: fd 5 .*SO_TIMESTAMPING 24:0 not 0:0 */
#include "subject.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

static const struct row {
	int fd, level, option, value, wanted;
} rows[] = {
	{ 3, SOL_SOCKET, SO_REUSEADDR, 1, 1 }, { 3, SOL_SOCKET, SO_SNDBUF, 20000, 40000 }, { 3, SOL_SOCKET, SO_KEEPALIVE, 1, 1 },
	{ 3, SOL_SOCKET, SO_TIMESTAMP, 1, 1 }, { 3, SOL_SOCKET, SO_MARK, 5, 5 }, { 3, SOL_SOCKET, SO_PEEK_OFF, 3, 3 }, { 3, SOL_SOCKET, 60, 1, 1 },
	{ 3, IPPROTO_IP, IP_TOS, 16, 16 }, { 3, IPPROTO_IP, IP_TTL, 9, 9 },
	{ 3, IPPROTO_TCP, TCP_NODELAY, 1, 1 }, { 3, IPPROTO_TCP, TCP_CORK, 1, 1 }, { 3, IPPROTO_TCP, TCP_KEEPIDLE, 77, 77 },
	{ 3, IPPROTO_TCP, TCP_DEFER_ACCEPT, 7, 7 }, { 3, IPPROTO_TCP, TCP_USER_TIMEOUT, 4321, 4321 }, { 3, IPPROTO_TCP, TCP_FASTOPEN, 6, 6 },
	{ 3, IPPROTO_TCP, TCP_SAVE_SYN, 1, 1 },
	{ 4, SOL_SOCKET, SO_RCVBUF, 30000, 60000 }, { 4, IPPROTO_IP, IP_PKTINFO, 1, 1 }, { 4, IPPROTO_IP, IP_RECVERR, 1, 1 },
	{ 4, IPPROTO_IP, IP_MULTICAST_TTL, 5, 5 }, { 4, IPPROTO_IP, IP_MULTICAST_LOOP, 0, 0 }, { 4, IPPROTO_UDP, 103, 1000, 1000 },
	{ 4, IPPROTO_UDP, 104, 1, 1 }, { 5, SOL_SOCKET, SO_TIMESTAMPING, 24, 24 },
};

int main(int argc, char **argv)
{
	struct linger linger = { 1, 7 };
	struct timeval time = { 2, 500000 };
	struct in_addr loopback = { htonl(INADDR_LOOPBACK) };
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr = loopback };
	const struct row *r;
	socklen_t len;
	char name[16] = "";
	int value;

	subject_init(argc, argv);
	MUST(socket(AF_INET, SOCK_STREAM, 0) == 3 && socket(AF_INET, SOCK_DGRAM, 0) == 4 && socket(AF_INET, SOCK_DGRAM, 0) == 5);
	for (r = rows; r < rows + sizeof(rows) / sizeof(*rows); r++)
		if (setsockopt(r->fd, r->level, r->option, &r->value, sizeof(int))) {
			MUST(errno == EPERM && geteuid());
			SKIP("option %d of level %d is for root", r->option, r->level);
		}
	MUST(!setsockopt(3, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)) && !setsockopt(3, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time)));
	MUST(!setsockopt(3, IPPROTO_TCP, TCP_CONGESTION, "reno", 4) && !setsockopt(4, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3));
	MUST(!setsockopt(4, IPPROTO_IP, IP_MULTICAST_IF, &loopback, sizeof(loopback)));
	MUST(!bind(3, (void *)&a, sizeof(a)) && !listen(3, 1));

	subject_freeze();

	for (r = rows; r < rows + sizeof(rows) / sizeof(*rows); r++) {
		len = sizeof(value);
		EXPECT(!getsockopt(r->fd, r->level, r->option, &value, &len) && value == r->wanted, "fd %d level %d option %d: %d instead of %d",
		       r->fd, r->level, r->option, value, r->wanted);
	}
	len = sizeof(name);
	EXPECT(!getsockopt(3, IPPROTO_TCP, TCP_CONGESTION, name, &len) && !strcmp(name, "reno"), "congestion control: %s", name);
	return subject_end();
}
