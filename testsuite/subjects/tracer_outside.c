/* tracer_outside.c - a process without children that traces somebody who is none of its tree. */
/* flavours: dynamic */
/* refused: ptrace */
#include "subject.h"
#include <sys/ptrace.h>

/* A child of process 1, which ends with the subject. */
static pid_t make_outsider(void)
{
	pid_t subject = getpid(), child, outsider = 0;
	int p[2];

	MUST(!pipe(p));
	child = fork();
	MUST(child >= 0);
	if (!child) {
		outsider = fork();
		if (!outsider) {
			close(p[0]), close(p[1]);
			while (!kill(subject, 0))
				subject_nap(5);
			_exit(0);
		}
		_exit(write(p[1], &outsider, sizeof(outsider)) != sizeof(outsider));
	}
	subject_reap(child, 0);
	MUST(read(p[0], &outsider, sizeof(outsider)) == sizeof(outsider));
	close(p[0]), close(p[1]);
	return outsider;
}

int main(int argc, char **argv)
{
	pid_t outsider;

	subject_init(argc, argv);
	outsider = make_outsider();
	if (ptrace(PTRACE_SEIZE, outsider, 0, 0))
		SKIP("ptrace does not work here");

	subject_freeze();

	EXPECT(!ptrace(PTRACE_INTERRUPT, outsider, 0, 0), "PTRACE_INTERRUPT: %s", strerror(errno));
	EXPECT(waitpid(outsider, NULL, __WALL) == outsider, "waitpid: %s", strerror(errno));
	EXPECT(!ptrace(PTRACE_DETACH, outsider, 0, 0), "PTRACE_DETACH: %s", strerror(errno));
	return subject_end();
}
