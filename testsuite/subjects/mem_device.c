/* mem_device.c - /dev/null, zero, full, random, urandom: open, by several flags, and still what they are. */
/* flavours: dynamic */
#include "subject.h"
#include <sys/sysmacros.h>

int main(int argc, char **argv)
{
	static const struct { const char *name; int flags, minor; } device[] = {
		{ "/dev/null", O_RDWR, 3 }, { "/dev/null", O_WRONLY | O_APPEND | O_CLOEXEC, 3 }, { "/dev/zero", O_RDONLY, 5 },
		{ "/dev/full", O_RDWR, 7 }, { "/dev/random", O_RDONLY | O_NONBLOCK, 8 }, { "/dev/urandom", O_RDONLY, 9 },
	};
	int fd[6], flags[6], fdflags[6], i;
	struct stat st;
	char text[64] = "x";

	subject_init(argc, argv);
	for (i = 0; i < 6; i++) {
		fd[i] = open(device[i].name, device[i].flags);
		MUST(fd[i] >= 0);
		flags[i] = fcntl(fd[i], F_GETFL);
		fdflags[i] = fcntl(fd[i], F_GETFD);
	}

	subject_freeze();

	for (i = 0; i < 6; i++) {
		EXPECT(!fstat(fd[i], &st) && S_ISCHR(st.st_mode), "%s is not a device", device[i].name);
		EXPECT_EQ(st.st_rdev, makedev(1, device[i].minor), "device number");
		EXPECT_EQ(fcntl(fd[i], F_GETFL), flags[i], "flags");
		EXPECT_EQ(fcntl(fd[i], F_GETFD), fdflags[i], "close-on-exec");
	}
	EXPECT_EQ(write(fd[0], "x", 1), 1, "write to null");
	EXPECT_EQ(read(fd[0], text, 1), 0, "read from null");
	EXPECT(read(fd[2], text, 64) == 64 && !text[0] && !text[63], "read from zero");
	EXPECT(write(fd[3], "x", 1) == -1 && errno == ENOSPC, "write to full");
	EXPECT_EQ(read(fd[4], text, 16), 16, "read from random");
	EXPECT_EQ(read(fd[5], text, 16), 16, "read from urandom");
	return subject_end();
}
