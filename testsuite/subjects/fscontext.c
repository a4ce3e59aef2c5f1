/* fscontext.c - a file system that is being configured, and a mount that is nowhere. */
/* flavours: dynamic */
/* refused: fscontext */
#include "subject.h"

int main(int argc, char **argv)
{
	int fd;

	subject_init(argc, argv);
	fd = syscall(430, "tmpfs", 0);
	if (fd < 0)
		SKIP("fsopen: %s", strerror(errno));

	subject_freeze();

	EXPECT(fcntl(fd, F_GETFD) >= 0, "the descriptor is gone");
	return subject_end();
}
