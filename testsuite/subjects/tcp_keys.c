/* tcp_keys.c - a TCP socket with a key that signs every segment (TCP_MD5SIG), which no option tells. */
/* flavours: dynamic */
/* refused: inet */
/* needs: CONFIG_TCP_MD5SIG */
/* says: fd 3 +TCP .*bytes of option memory: keys \(TCP_MD5SIG */
#include "subject.h"
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

int main(int argc, char **argv)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct tcp_md5sig key = { .tcpm_keylen = 6, .tcpm_key = "secret" };
	int fd;

	subject_init(argc, argv);
	memcpy(&key.tcpm_addr, &a, sizeof(a));
	fd = socket(AF_INET, SOCK_STREAM, 0);
	MUST(fd == 3);
	if (setsockopt(fd, IPPROTO_TCP, TCP_MD5SIG, &key, sizeof(key)))
		SKIP("no TCP_MD5SIG: %s", strerror(errno));

	subject_freeze();

	key.tcpm_keylen = 0;		/* takes the key away, if it is there */
	EXPECT(!setsockopt(fd, IPPROTO_TCP, TCP_MD5SIG, &key, sizeof(key)), "the key: %s", strerror(errno));
	return subject_end();
}
