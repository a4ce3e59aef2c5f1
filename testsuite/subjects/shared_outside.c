/* shared_outside.c - a file and a folder whose positions are those of somebody outside of the tree, too. */
/* flavours: dynamic */
/* refused: regular */
/* says: refused +regular +pid [0-9]+ fd 3 .*by process [0-9]+ */
/* says: refused +directory +pid [0-9]+ fd 4 .*by process [0-9]+ */
#include "subject.h"

int main(int argc, char **argv)
{
	pid_t outsider;

	subject_init(argc, argv);
	MUST(open("list", O_RDWR | O_CREAT, 0600) == 3 && write(3, "one\n", 4) == 4);
	MUST(open(".", O_RDONLY) == 4);
	outsider = fork();
	if (!outsider) {
		if (fork())
			_exit(0);
		setsid();
		subject_wait();
		_exit(write(3, "two\n", 4) != 4);
	}
	subject_reap(outsider, 0);

	subject_freeze();

	for (int i = 0; i < 1000 && lseek(3, 0, SEEK_CUR) == 4; i++)
		subject_nap(2);
	EXPECT_EQ(lseek(3, 0, SEEK_CUR), 8, "where the one outside has written");
	return subject_end();
}
