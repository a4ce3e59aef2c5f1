/* ns_pid_child.c - a child that is process 1 of a namespace of its own. */
/* flavours: dynamic */
/* refused: ns_pid */
#include "subject.h"
#include <sched.h>

int main(int argc, char **argv)
{
	int p[2];
	pid_t child;
	char c;

	subject_init(argc, argv);
	MUST(!pipe(p));
	child = syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0);
	if (child < 0)
		SKIP("clone: %s", strerror(errno));
	if (!child) {
		write(p[1], "x", 1);
		subject_wait();
		_exit(getpid() == 1 ? 0 : 1);
	}
	MUST(read(p[0], &c, 1) == 1);

	subject_freeze();

	subject_reap(child, 0);
	return subject_end();
}
