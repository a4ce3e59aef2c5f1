/* job.c - a job as a shell starts it: a process group of its own in the session of somebody outside of the tree. */
/* flavours: dynamic */
#include "subject.h"

int main(int argc, char **argv)
{
	pid_t pid, child;
	int status;

	subject_init(argc, argv);
	pid = fork();
	if (pid) {
		setpgid(pid, pid);
		while (waitpid(pid, &status, 0) != pid)
			;
		_exit(0);
	}
	setpgid(0, 0);
	pid = getpid();
	child = fork();
	if (!child) {
		subject_wait();
		_exit(getpgid(0) == pid ? 0 : 1);
	}

	subject_freeze();

	EXPECT_EQ(getpid(), pid, "pid");
	EXPECT_EQ(getpgid(0), pid, "process group");
	EXPECT_EQ(getsid(0), getsid(child), "session of the child");
	subject_reap(child, 0);
	return subject_end();
}
