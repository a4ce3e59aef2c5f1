/* unix.c - unix sockets: a pair with data both ways, datagrams, a listener with a name. */
/* flavours: dynamic */
/* refused: unix */
#include "subject.h"
#include <sys/socket.h>
#include <sys/un.h>

int main(int argc, char **argv)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX, .sun_path = "listener" };
	int pair[2], packets[2], listener, client, server;
	char text[100];

	subject_init(argc, argv);
	MUST(!socketpair(AF_UNIX, SOCK_STREAM, 0, pair) && !socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, packets));
	MUST(write(pair[0], "there", 5) == 5 && write(pair[1], "back", 4) == 4);
	MUST(write(packets[0], "one", 3) == 3 && write(packets[0], "three", 5) == 5);
	listener = socket(AF_UNIX, SOCK_STREAM, 0);
	MUST(!bind(listener, (void *)&name, sizeof(name)) && !listen(listener, 5));

	subject_freeze();

	EXPECT(read(pair[1], text, 100) == 5 && !memcmp(text, "there", 5), "data of a stream");
	EXPECT(read(pair[0], text, 100) == 4 && !memcmp(text, "back", 4), "data the other way");
	EXPECT_EQ(read(packets[1], text, 100), 3, "first datagram");
	EXPECT_EQ(read(packets[1], text, 100), 5, "second datagram");
	client = socket(AF_UNIX, SOCK_STREAM, 0);
	EXPECT(!connect(client, (void *)&name, sizeof(name)), "connect: %s", strerror(errno));
	server = accept(listener, NULL, NULL);
	EXPECT(server >= 0 && write(client, "x", 1) == 1 && read(server, text, 1) == 1, "a connection afterwards");
	unlink("listener");
	return subject_end();
}
