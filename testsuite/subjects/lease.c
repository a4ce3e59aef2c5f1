/* lease.c - a lease on a file: told before somebody else opens it. */
/* flavours: dynamic */
/* refused: lease */
#include "subject.h"

int main(int argc, char **argv)
{
	int fd;

	subject_init(argc, argv);
	fd = open("file", O_CREAT | O_RDONLY, 0640);
	MUST(fd >= 0);
	if (fcntl(fd, F_SETLEASE, F_RDLCK))
		SKIP("F_SETLEASE: %s", strerror(errno));

	subject_freeze();

	EXPECT_EQ(fcntl(fd, F_GETLEASE), F_RDLCK, "lease");
	return subject_end();
}
