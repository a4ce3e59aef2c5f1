/* unknown.c - a descriptor that nothing documented makes: access mode 3, which can neither read nor write. */
/* flavours: dynamic */
/* refused: unknown */
#include "subject.h"

int main(int argc, char **argv)
{
	char c = 'x';
	int fd;

	subject_init(argc, argv);
	fd = open("file", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	MUST(fd >= 0 && write(fd, "content", 7) == 7 && !close(fd));
	fd = open("file", O_ACCMODE | O_CLOEXEC);
	if (fd < 0)
		SKIP("this file system has no access mode 3: %s", strerror(errno));

	subject_freeze();

	EXPECT_EQ(fcntl(fd, F_GETFL) & O_ACCMODE, O_ACCMODE, "access mode");
	EXPECT(read(fd, &c, 1) == -1 && errno == EBADF, "it can be read");
	EXPECT(write(fd, &c, 1) == -1 && errno == EBADF, "it can be written");
	return subject_end();
}
