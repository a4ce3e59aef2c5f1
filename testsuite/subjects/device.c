/* device.c - a device that is none of the harmless ones. */
/* flavours: dynamic */
/* refused: device */
#include "subject.h"

int main(int argc, char **argv)
{
	int fd;

	subject_init(argc, argv);
	fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
	if (fd < 0)
		fd = open("/dev/loop-control", O_RDONLY);
	if (fd < 0)
		SKIP("no device at hand: %s", strerror(errno));

	subject_freeze();

	EXPECT(fcntl(fd, F_GETFD) >= 0, "the descriptor is gone");
	return subject_end();
}
