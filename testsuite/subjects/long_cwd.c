/* long_cwd.c - a child whose working folder has a path longer than any call takes: no text of the kernel tells it. */
/* flavours: dynamic */
/* refused: fs */
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
	close(fd);
	return at;
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

		if (fd < 0 || fchdir(fd) || close(fd) || write(built[1], "", 1) != 1)
			_exit(1);
		subject_wait();
		EXPECT(access("file", F_OK) == 0, "the working folder is another");
		_exit(7);
	}
	MUST(read(built[0], &c, 1) == 1);

	subject_freeze();

	subject_reap(child, 7 << 8);
	return subject_end();
}
