/* clone_fs.c - two processes that share folder and umask. */
/* flavours: dynamic */
/* refused: clone_vm */
#include "subject.h"
#include <sched.h>

static char stack[65536] __attribute__((aligned(16)));
static volatile int word;
static int fd = -1;

static int child(void *arg)
{
	(void)arg;
	subject_wait();
	word = 5;
	umask(0123);
	close(fd);
	signal(SIGUSR1, SIG_IGN);
	_exit(0);
}

int main(int argc, char **argv)
{
	pid_t pid;

	subject_init(argc, argv);
	umask(022);
	fd = open("/dev/null", O_RDONLY);
	pid = clone(child, stack + sizeof(stack), CLONE_FS | SIGCHLD, NULL);
	MUST(pid > 0);

	subject_freeze();

	subject_reap(pid, 0);
	EXPECT_EQ(word, (CLONE_FS) & CLONE_VM ? 5 : 0, "memory");
	EXPECT_EQ(umask(0), (CLONE_FS) & CLONE_FS ? 0123 : 022, "umask");
	EXPECT_EQ(fcntl(fd, F_GETFD), (CLONE_FS) & CLONE_FILES ? -1 : 0, "descriptor");
	EXPECT_EQ(signal(SIGUSR1, SIG_DFL) == SIG_IGN, (CLONE_FS) & CLONE_SIGHAND ? 1 : 0, "signal action");
	return subject_end();
}
