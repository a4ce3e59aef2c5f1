/* vfork.c - a parent that waits in vfork for a child that takes its time. */
/* flavours: dynamic */
/* refused: vfork */
#include "subject.h"

int main(int argc, char **argv)
{
	char text[40];
	pid_t child, parent;

	subject_init(argc, argv);
	parent = getpid();
	snprintf(text, sizeof(text), "ready %d\n", (int)parent);
	child = vfork();
	if (!child) {
		subject_write(subject_ready_file, text);
		subject_wait();
		_exit(8);
	}
	subject_reap(child, 8 << 8);
	EXPECT_EQ(getpid(), parent, "pid");
	return subject_end();
}
