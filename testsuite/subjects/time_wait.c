/* time_wait.c - a server that closed a connection first: it waits at the server's port, and belongs to nobody. */
/* flavours: dynamic */
/* units: time_wait */
/* refused: inet */
/* says: note +time_wait +pid [0-9]+ port [0-9]+ +2 connections of this port wait */
#include "subject.h"
#include <netinet/in.h>
#include <sys/socket.h>

int main(int argc, char **argv)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(a);
	int listener, client, server, i;
	char byte;

	subject_init(argc, argv);
	listener = socket(AF_INET, SOCK_STREAM, 0);
	MUST(!bind(listener, (void *)&a, sizeof(a)) && !listen(listener, 5) && !getsockname(listener, (void *)&a, &len));
	for (i = 0; i < 2; i++) {
		client = socket(AF_INET, SOCK_STREAM, 0);
		MUST(!connect(client, (void *)&a, sizeof(a)));
		server = accept(listener, NULL, NULL);
		MUST(server >= 0 && !close(server) && read(client, &byte, 1) == 0 && !close(client));
	}

	subject_freeze();

	client = socket(AF_INET, SOCK_STREAM, 0);
	EXPECT(!connect(client, (void *)&a, sizeof(a)) && accept(listener, NULL, NULL) >= 0, "a connection afterwards");
	return subject_end();
}
