/* socket_errors.c - a datagram socket with a message in its error queue, and one with an error that nobody has read yet. */
/* flavours: dynamic */
/* refused: inet */
/* says: fd 3 +UDP .*an error or messages in its error queue.*IP_RECVERR 1 not 0 */
/* says: fd 4 +UDP .*an error or messages in its error queue */
#include "subject.h"
#include <arpa/inet.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <sys/socket.h>

int main(int argc, char **argv)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	union { char bytes[512]; struct cmsghdr head; } control;
	socklen_t len = sizeof(a);
	char text[20];
	struct iovec data = { text, sizeof(text) };
	struct msghdr m = { .msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control) };
	int queue, plain, free_port, one = 1, error = 0;

	subject_init(argc, argv);
	queue = socket(AF_INET, SOCK_DGRAM, 0);
	plain = socket(AF_INET, SOCK_DGRAM, 0);
	free_port = socket(AF_INET, SOCK_DGRAM, 0);
	MUST(queue == 3 && plain == 4);
	MUST(!bind(free_port, (void *)&a, sizeof(a)) && !getsockname(free_port, (void *)&a, &len) && !close(free_port));
	MUST(!setsockopt(queue, IPPROTO_IP, IP_RECVERR, &one, sizeof(one)));
	MUST(!connect(queue, (void *)&a, sizeof(a)) && !connect(plain, (void *)&a, sizeof(a)));
	MUST(send(queue, "lost", 4, 0) == 4 && send(plain, "lost", 4, 0) == 4);
	subject_nap(50);

	subject_freeze();

	EXPECT(recvmsg(queue, &m, MSG_ERRQUEUE | MSG_DONTWAIT) == 4 && !memcmp(text, "lost", 4), "the error queue: %s", strerror(errno));
	len = sizeof(error);
	EXPECT(!getsockopt(plain, SOL_SOCKET, SO_ERROR, &error, &len) && error == ECONNREFUSED, "the pending error is %d", error);
	return subject_end();
}
