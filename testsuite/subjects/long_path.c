/* long_path.c - a child with an open file whose path is longer than any call takes: no text of the kernel tells it. */
/* flavours: dynamic */
/* refused: unknown */
#include "subject.h"

static char name[201];

/* Twenty-five folders deep, each name of 200 bytes; the working folder stays where it is. */
static int deep(void)
{
	int at = open(".", O_RDONLY | O_DIRECTORY), fd;

	memset(name, 'd', 200);
	for (int i = 0; at >= 0 && i < 25; i++) {
		int below;

		mkdirat(at, name, 0777);
		below = openat(at, name, O_RDONLY | O_DIRECTORY);
		close(at);
		at = below;
	}
	fd = openat(at, "file", O_RDWR | O_CREAT, 0666);
	close(at);
	return fd;
}

int main(int argc, char **argv)
{
	int built[2];
	pid_t child;
	char c;

	subject_init(argc, argv);
	MUST(!pipe2(built, O_CLOEXEC));
	child = fork();
	MUST(child >= 0);
	if (!child) {
		int fd = deep();

		if (fd < 0 || write(fd, "deep", 4) != 4 || write(built[1], "", 1) != 1)
			_exit(1);
		subject_wait();
		EXPECT(pread(fd, &c, 1, 3) == 1 && c == 'p', "the file is another");
		_exit(7);
	}
	MUST(read(built[0], &c, 1) == 1);

	subject_freeze();

	subject_reap(child, 7 << 8);
	return subject_end();
}
