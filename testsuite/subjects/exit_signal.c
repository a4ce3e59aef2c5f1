/* exit_signal.c - a tree whose root tells its parent of its end by another signal than SIGCHLD: cr could not be that parent. */
/* flavours: dynamic */
/* refused: session */
#include "subject.h"

static volatile sig_atomic_t came;
static void on_usr1(int sig) { came = sig; }

int main(int argc, char **argv)
{
	pid_t root;
	int status;

	subject_init(argc, argv);
	signal(SIGUSR1, on_usr1);
	root = syscall(SYS_clone, SIGUSR1, 0, 0, 0, 0);
	MUST(root >= 0);
	if (!root) {
		subject_freeze();
		subject_wait();
		_exit(subject_end());
	}
	while (waitpid(root, &status, __WALL) < 0 && errno == EINTR)
		;
	return !came;
}
