/* sysfs.c - an open file of /sys. */
/* flavours: dynamic */
/* refused: sysfs */
#include "subject.h"

int main(int argc, char **argv)
{
	int fd;

	subject_init(argc, argv);
	fd = open("/sys/kernel/uevent_seqnum", O_RDONLY);
	if (fd < 0)
		SKIP("/sys: %s", strerror(errno));

	subject_freeze();

	EXPECT(fcntl(fd, F_GETFD) >= 0, "the descriptor is gone");
	return subject_end();
}
