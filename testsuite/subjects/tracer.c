/* tracer.c - a process that traces its child. */
/* flavours: dynamic */
/* refused: ptrace */
#include "subject.h"
#include <sys/ptrace.h>

int main(int argc, char **argv)
{
	pid_t child;
	int status;

	subject_init(argc, argv);
	child = fork();
	if (!child) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
		_exit(6);
	}
	MUST(waitpid(child, &status, 0) == child);
	if (!WIFSTOPPED(status))
		SKIP("ptrace does not work here");

	subject_freeze();

	EXPECT(!ptrace(PTRACE_CONT, child, 0, 0), "PTRACE_CONT: %s", strerror(errno));
	subject_reap(child, 6 << 8);
	return subject_end();
}
