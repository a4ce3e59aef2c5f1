/* zombie_hidden.c - a child that was not to be looked at (PR_SET_DUMPABLE), has ended, and was not waited for. */
/* flavours: dynamic */
/* run: caller.tests */
#include "subject.h"
#include <sys/prctl.h>

int main(int argc, char **argv)
{
	siginfo_t info;
	pid_t pid;

	subject_init(argc, argv);
	pid = fork();
	MUST(pid >= 0);
	if (!pid) {
		prctl(PR_SET_DUMPABLE, 0);
		_exit(3);
	}
	MUST(!waitid(P_PID, pid, &info, WEXITED | WNOWAIT));

	subject_freeze();

	subject_reap(pid, 3 << 8);
	return subject_end();
}
