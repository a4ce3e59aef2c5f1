/* clone_shared.h - two processes of which the second one shares SHARED (flags of clone(2)) with the first, and changes all of it. */
#ifndef SUBJECT_CLONE_SHARED_H
#define SUBJECT_CLONE_SHARED_H

#include "subject.h"
#include <sched.h>

#define IDLE (3 << 13)
#define LOW (2 << 13 | 7)

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
	syscall(SYS_ioprio_set, 1, 0, IDLE);
	_exit(0);
}

int main(int argc, char **argv)
{
	pid_t pid;

	subject_init(argc, argv);
	umask(022);
	fd = open("/dev/null", O_RDONLY);
	MUST(!syscall(SYS_ioprio_set, 1, 0, LOW));
	pid = clone(child, stack + sizeof(stack), SHARED | SIGCHLD, NULL);
	MUST(pid > 0);

	subject_freeze();

	subject_reap(pid, 0);
	EXPECT_EQ(word, SHARED & CLONE_VM ? 5 : 0, "memory");
	EXPECT_EQ(umask(0), SHARED & CLONE_FS ? 0123 : 022, "umask");
	EXPECT_EQ(fcntl(fd, F_GETFD), SHARED & CLONE_FILES ? -1 : 0, "descriptor");
	EXPECT_EQ(signal(SIGUSR1, SIG_DFL) == SIG_IGN, SHARED & CLONE_SIGHAND ? 1 : 0, "signal action");
	EXPECT_EQ(syscall(SYS_ioprio_get, 1, 0), SHARED & CLONE_IO ? IDLE : LOW, "I/O priority");
	return subject_end();
}

#endif
