/* unix_hidden.c - what unix sockets hide: names whose file is gone or another, an abstract one, descriptors in flight, urgent data. */
/* flavours: dynamic */
/* refused: unix */
/* told: root */
/* says: fd 3 +unix stream socket .*gone, whose file was deleted listening, 1 connections not accepted; 1 descriptors in flight */
/* says: fd 4 +unix stream socket @hidden[0-9]+ listening */
/* says: fd 5 +unix stream socket connected to a peer that has not accepted it */
/* says: fd 6 +unix stream socket connected to fd 7 of process [0-9]+, 3 bytes not read.*; urgent data */
/* says: fd 8 +unix datagram socket connected to fd 9 of process [0-9]+.*; 2 descriptors in flight .*SO_PASSCRED 1 not 0 */
/* says: fd 9 +unix datagram socket connected to fd 8 .*shut down for reading */
/* says: fd 10 +unix datagram socket .*replaced, whose file was deleted */
#include "subject.h"
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

static void named(int fd, const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	strcpy(a.sun_path + (*path == '@'), path + (*path == '@'));
	MUST(!bind(fd, (void *)&a, offsetof(struct sockaddr_un, sun_path) + strlen(path)));
}

static void send_fds(int to, int fd, int n)
{
	union { char bytes[CMSG_SPACE(2 * sizeof(int))]; struct cmsghdr head; } control = { 0 };
	struct iovec data = { "x", 1 };
	struct msghdr m = { .msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = CMSG_SPACE(n * sizeof(int)) };

	control.head = (struct cmsghdr) { .cmsg_len = CMSG_LEN(n * sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS };
	for (int i = 0; i < n; i++)
		memcpy(CMSG_DATA(&control.head) + i * sizeof(int), &fd, sizeof(int));
	MUST(sendmsg(to, &m, 0) == 1);
}

static void expect_fds(int from, int n)
{
	union { char bytes[256]; struct cmsghdr head; } control;
	char byte;
	struct iovec data = { &byte, 1 };
	struct msghdr m = { .msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control) };
	struct cmsghdr *c;
	int got = 0;

	EXPECT_EQ(recvmsg(from, &m, MSG_DONTWAIT), 1, "the byte that carries descriptors");
	for (c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c))
		if (c->cmsg_type == SCM_RIGHTS)
			got = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	EXPECT_EQ(got, n, "descriptors in flight");
}

int main(int argc, char **argv)
{
	int listener, abstract, client, stream[2], datagram[2], bound, other, server, one = 1, null;
	struct sockaddr_un a = { .sun_family = AF_UNIX, .sun_path = "gone" };
	char name[40], text[20];

	subject_init(argc, argv);
	snprintf(name, sizeof(name), "@hidden%d", getpid());
	listener = socket(AF_UNIX, SOCK_STREAM, 0);
	abstract = socket(AF_UNIX, SOCK_STREAM, 0);
	client = socket(AF_UNIX, SOCK_STREAM, 0);
	named(listener, "gone");
	named(abstract, name);
	MUST(!listen(listener, 5) && !listen(abstract, 5));
	MUST(!connect(client, (void *)&a, sizeof(a)) && !unlink("gone"));
	MUST(!socketpair(AF_UNIX, SOCK_STREAM, 0, stream) && !socketpair(AF_UNIX, SOCK_DGRAM, 0, datagram));
	bound = socket(AF_UNIX, SOCK_DGRAM, 0);
	named(bound, "replaced");
	null = open("/dev/null", O_RDONLY);
	send_fds(client, null, 1);
	MUST(!setsockopt(datagram[0], SOL_SOCKET, SO_PASSCRED, &one, sizeof(one)));
	send_fds(datagram[1], null, 2);
	MUST(!shutdown(datagram[1], SHUT_RD));
	MUST(send(stream[1], "ab", 2, 0) == 2);
	MUST(send(stream[1], "c", 1, MSG_OOB) == 1);
	other = socket(AF_UNIX, SOCK_DGRAM, 0);
	MUST(!unlink("replaced"));
	named(other, "replaced");

	subject_freeze();

	EXPECT(recv(stream[0], text, 1, MSG_OOB) == 1 && text[0] == 'c', "urgent byte");
	EXPECT_EQ(recv(stream[0], text, sizeof(text), MSG_DONTWAIT), 2, "bytes before it");
	expect_fds(datagram[0], 2);
	server = accept(listener, NULL, NULL);
	MUST(server >= 0);
	expect_fds(server, 1);
	return subject_end();
}
