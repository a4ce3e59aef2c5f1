/* ns_pid.c - process ids of its own for its children to come. */
/* flavours: dynamic */
/* refused: ns_pid */
#include "subject.h"
#include <sched.h>

int main(int argc, char **argv)
{
	pid_t child;

	subject_init(argc, argv);
	if (unshare(CLONE_NEWPID))
		SKIP("unshare: %s", strerror(errno));

	subject_freeze();

	child = fork();
	if (!child)
		_exit(getpid() == 1 ? 0 : 1);
	subject_reap(child, 0);
	return subject_end();
}
