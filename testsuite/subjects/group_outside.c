/* group_outside.c - a tree with a child in a group whose leader lives outside of the tree. */
/* flavours: dynamic */
/* refused: session */
#include "subject.h"

int main(int argc, char **argv)
{
	pid_t leader, root, child;
	int status;

	subject_init(argc, argv);
	leader = fork();
	MUST(leader >= 0);
	if (!leader) {
		setpgid(0, 0);
		subject_wait();
		_exit(4);
	}
	MUST(!setpgid(leader, leader));
	root = fork();
	MUST(root >= 0);
	if (!root) {
		setpgid(0, 0);
		child = fork();
		if (!child) {
			MUST(!setpgid(0, leader));
			subject_wait();
			EXPECT_EQ(getpgrp(), leader, "group of the child");
			_exit(5);
		}
		while (getpgid(child) != leader)
			subject_nap(1);
		subject_freeze();
		EXPECT_EQ(getpgid(child), leader, "group of the child, as the parent sees it");
		subject_reap(child, 5 << 8);
		_exit(subject_end());
	}
	waitpid(root, &status, 0);
	waitpid(leader, &status, 0);
	return 0;
}
