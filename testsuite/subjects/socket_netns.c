/* socket_netns.c - a TCP socket of another network namespace than the process: in none of its lists. */
/* flavours: dynamic */
/* refused: inet */
/* says: fd 3 +TCP 127\.0\.0\.1:4711 listening, 1 connections not accepted; of another network namespace than its process: net:\[[0-9]+\] */
/* says: fd 5 +TCP .* <-> 127\.0\.0\.1:4711 established; of another */
#include "subject.h"
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

int main(int argc, char **argv)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(4711) };
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int home, listener, client;

	subject_init(argc, argv);
	home = open("/proc/self/ns/net", O_RDONLY);
	MUST(home >= 0);
	if (unshare(CLONE_NEWNET))
		SKIP("no network namespace: %s", strerror(errno));
	listener = socket(AF_INET, SOCK_STREAM, 0);
	client = socket(AF_INET, SOCK_STREAM, 0);
	MUST(!ioctl(listener, SIOCSIFFLAGS, &lo));
	MUST(!bind(listener, (void *)&a, sizeof(a)) && !listen(listener, 2) && !connect(client, (void *)&a, sizeof(a)));
	MUST(!setns(home, CLONE_NEWNET) && dup2(listener, 3) == 3 && !close(listener));

	subject_freeze();

	EXPECT(accept(3, NULL, NULL) >= 0, "accept: %s", strerror(errno));
	return subject_end();
}
