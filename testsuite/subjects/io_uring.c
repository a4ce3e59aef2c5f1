/* io_uring.c - a ring, mapped. */
/* flavours: dynamic */
/* refused: io_uring */
#include "subject.h"
#include <linux/io_uring.h>

int main(int argc, char **argv)
{
	struct io_uring_params p;
	int fd;

	subject_init(argc, argv);
	memset(&p, 0, sizeof(p));
	fd = syscall(425, 8, &p);
	if (fd < 0)
		SKIP("io_uring_setup: %s", strerror(errno));

	subject_freeze();

	EXPECT_EQ(syscall(426, fd, 0, 0, 0, NULL, 0), 0, "io_uring_enter");
	return subject_end();
}
