/* tracee.c - a process that somebody outside of its tree traces. */
/* flavours: dynamic */
/* refused: ptrace */
#include "subject.h"
#include <sys/prctl.h>
#include <sys/ptrace.h>

int main(int argc, char **argv)
{
	pid_t me, outsider;
	int p[2], status;
	char c;

	subject_init(argc, argv);
	me = getpid();
	MUST(!pipe(p));
	outsider = fork();
	if (!outsider) {
		if (fork())
			_exit(0);
		setsid();
		if (ptrace(PTRACE_SEIZE, me, 0, 0))
			_exit(write(p[1], "n", 1) != 1);
		write(p[1], "y", 1);
		close(p[0]);
		close(p[1]);
		while (waitpid(me, &status, __WALL) == me && WIFSTOPPED(status))
			ptrace(status >> 16 == PTRACE_EVENT_STOP && WSTOPSIG(status) != SIGTRAP ? PTRACE_LISTEN : PTRACE_CONT, me, 0,
			       status >> 16 ? 0 : WSTOPSIG(status));
		_exit(0);
	}
	prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
	subject_reap(outsider, 0);
	MUST(read(p[0], &c, 1) == 1);
	if (c == 'n')
		SKIP("ptrace does not work here");
	close(p[0]);
	close(p[1]);

	subject_freeze();

	EXPECT(strtol(subject_proc("self/status", "TracerPid:"), NULL, 10) > 0, "nobody traces us any more");
	return subject_end();
}
