/* many_fds.c - a thousand descriptors: files, pipes, duplicates, with gaps between the numbers. */
/* flavours: dynamic */
#include "subject.h"
#include <sys/resource.h>

#define COUNT 1000

int main(int argc, char **argv)
{
	struct rlimit limit;
	int fd[COUNT], p[2], i, f;
	char name[32];

	subject_init(argc, argv);
	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max < 4096 ? limit.rlim_max : 4096;
	MUST(limit.rlim_cur >= 3200 && !setrlimit(RLIMIT_NOFILE, &limit));
	for (i = 0; i < COUNT; i++) {
		fd[i] = 10 + i * 3;
		if (i % 4 == 3) {
			f = dup(fd[i - 1]);
		} else if (i % 4 == 2) {
			MUST(!pipe(p) && write(p[1], &i, sizeof(i)) == sizeof(i));
			f = p[0];
			close(p[1]);
		} else {
			snprintf(name, sizeof(name), "file%d", i % 50);
			f = open(name, O_RDWR | O_CREAT, 0600);
			MUST(f >= 0 && lseek(f, i, SEEK_SET) == i);
		}
		MUST(f >= 0 && fcntl(f, F_DUPFD, 3100) >= 0);
		MUST(dup3(f, fd[i], i % 7 ? 0 : O_CLOEXEC) == fd[i]);
		close(f);
		close(3100);
	}

	subject_freeze();

	for (i = 0; i < COUNT; i++) {
		EXPECT_EQ(fcntl(fd[i], F_GETFD), i % 7 ? 0 : FD_CLOEXEC, "close-on-exec");
		EXPECT_EQ(fcntl(fd[i] + 1, F_GETFD), -1, "a number between");
		if (i % 4 == 2)
			EXPECT(read(fd[i], &f, sizeof(f)) == sizeof(f) && f == i, "pipe %d", i);
		else if (i % 4 == 3)
			EXPECT(read(fd[i], &f, sizeof(f)) == 0, "duplicate of pipe %d", i);
		else
			EXPECT_EQ(lseek(fd[i], 0, SEEK_CUR), i, "position");
	}
	return subject_end();
}
