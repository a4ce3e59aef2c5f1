/* inet.c - TCP and UDP: listening with connections that wait, connected with data both ways, bound only, corked, urgent data. */
/* flavours: dynamic */
/* refused: inet */
/* says: fd 3 +TCP 127\.0\.0\.1:[0-9]+ listening, 2 connections not accepted */
/* says: fd 6 +TCP 127\.0\.0\.1:[0-9]+ <-> 127\.0\.0\.1:[0-9]+ established, 5 bytes not read */
/* says: fd 7 +TCP 127\.0\.0\.1:[0-9]+ <-> 127\.0\.0\.1:[0-9]+ established, 1 bytes not read.*urgent data */
/* says: fd 10 +UDP 127\.0\.0\.1:[0-9]+, [0-9]+ bytes of datagrams not read */
/* says: fd 11 +UDP 127\.0\.0\.1:[0-9]+ <-> 127\.0\.0\.1:[0-9]+.*SO_PRIORITY 3 not 0 */
/* says: fd 12 +TCP not bound not connected */
/* says: fd 13 +TCP 127\.0\.0\.1:[0-9]+ not connected */
/* says: fd 14 +UDP 127\.0\.0\.1:[0-9]+ <-> .*, [0-9]+ bytes held back unsent.*UDP_CORK 1 not 0 */
#include "subject.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>

static struct sockaddr_in here(int fd)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t len = sizeof(a);

	MUST(!getsockname(fd, (void *)&a, &len));
	return a;
}

static int made(int type, int bound)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, type, 0);

	MUST(fd >= 0 && (!bound || !bind(fd, (void *)&a, sizeof(a))));
	return fd;
}

static int connected_to(int listener, int type)
{
	struct sockaddr_in a = here(listener);
	int fd = made(type, 1);

	MUST(!connect(fd, (void *)&a, sizeof(a)));
	return fd;
}

/* The numbers stand in what has to be said of them. */
static int moved(int fd, int to)
{
	MUST(fd >= 0 && dup2(fd, to) == to && !close(fd));
	return to;
}

int main(int argc, char **argv)
{
	int listener, client, server, udp, sender, loose, bound, corked, one = 1, three = 3;
	char text[100];
	struct sockaddr_in a;

	subject_init(argc, argv);
	listener = made(SOCK_STREAM, 1);
	MUST(listener == 3 && !listen(listener, 5));
	client = moved(connected_to(listener, SOCK_STREAM), 7);
	server = moved(accept(listener, NULL, NULL), 6);
	moved(connected_to(listener, SOCK_STREAM), 8);
	moved(connected_to(listener, SOCK_STREAM), 9);
	udp = moved(made(SOCK_DGRAM, 1), 10);
	sender = moved(connected_to(udp, SOCK_DGRAM), 11);
	loose = moved(made(SOCK_STREAM, 0), 12);
	bound = moved(made(SOCK_STREAM, 1), 13);
	corked = moved(connected_to(udp, SOCK_DGRAM), 14);
	MUST(!setsockopt(corked, IPPROTO_UDP, UDP_CORK, &one, sizeof(one)) && send(corked, "stay", 4, 0) == 4);
	MUST(!setsockopt(sender, SOL_SOCKET, SO_PRIORITY, &three, sizeof(three)));
	MUST(send(sender, "a datagram", 10, 0) == 10 && send(client, "there", 5, 0) == 5 && send(server, "ab", 2, MSG_OOB) == 2);
	subject_nap(50);

	subject_freeze();

	EXPECT_EQ(recv(server, text, sizeof(text), MSG_DONTWAIT), 5, "bytes for the server");
	EXPECT(recv(client, text, 1, MSG_OOB) == 1 && text[0] == 'b', "the urgent byte");
	EXPECT(recv(client, text, sizeof(text), MSG_DONTWAIT) == 1 && text[0] == 'a', "the byte before it");
	EXPECT_EQ(recv(udp, text, sizeof(text), MSG_DONTWAIT), 10, "a datagram");
	one = 0;
	EXPECT(!setsockopt(corked, IPPROTO_UDP, UDP_CORK, &one, sizeof(one)), "uncork: %s", strerror(errno));
	EXPECT(recv(udp, text, sizeof(text), 0) == 4 && !memcmp(text, "stay", 4), "the datagram that was held back");
	EXPECT(accept(listener, NULL, NULL) >= 0 && accept(listener, NULL, NULL) >= 0, "connections that waited");
	a = here(bound);
	EXPECT(a.sin_port && !here(loose).sin_port, "addresses");
	return subject_end();
}
