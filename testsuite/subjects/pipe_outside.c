/* pipe_outside.c - a pipe whose other end is held by somebody outside of the tree. */
/* flavours: dynamic */
/* refused: pipe */
#include "subject.h"

int main(int argc, char **argv)
{
	char c = 0;
	pid_t outsider;
	int p[2];

	subject_init(argc, argv);
	MUST(!pipe(p));
	outsider = fork();
	if (!outsider) {
		if (fork())
			_exit(0);
		setsid();
		close(p[0]);
		subject_wait();
		_exit(write(p[1], "x", 1) != 1);
	}
	subject_reap(outsider, 0);
	close(p[1]);

	subject_freeze();

	EXPECT(read(p[0], &c, 1) == 1 && c == 'x', "the one outside cannot be heard");
	return subject_end();
}
