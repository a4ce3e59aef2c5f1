/* namespace_fd.c - an open namespace. */
/* flavours: dynamic */
/* refused: ns_net */
#include "subject.h"

int main(int argc, char **argv)
{
	int fd;

	subject_init(argc, argv);
	fd = open("/proc/self/ns/net", O_RDONLY);
	MUST(fd >= 0);

	subject_freeze();

	EXPECT(fcntl(fd, F_GETFD) >= 0, "the descriptor is gone");
	return subject_end();
}
