/* seccomp_strict.c - a child in strict mode: only read, write and exit. */
/* flavours: dynamic */
/* refused: seccomp */
#include "subject.h"
#include <sys/prctl.h>

int main(int argc, char **argv)
{
	int p[2], back[2];
	pid_t child;
	char c;

	subject_init(argc, argv);
	MUST(!pipe(p) && !pipe(back));
	child = fork();
	if (!child) {
		if (prctl(PR_SET_SECCOMP, 1))
			_exit(9);
		write(back[1], "r", 1);
		while (read(p[0], &c, 1) == 1)
			write(back[1], &c, 1);
		syscall(SYS_exit, 3);
	}
	close(p[0]);
	close(back[1]);
	if (read(back[0], &c, 1) != 1)
		SKIP("no strict mode on this kernel");

	subject_freeze();

	EXPECT(write(p[1], "q", 1) == 1 && read(back[0], &c, 1) == 1 && c == 'q', "the child in strict mode does not answer");
	kill(child, SIGKILL);
	subject_reap(child, SIGKILL);
	return subject_end();
}
