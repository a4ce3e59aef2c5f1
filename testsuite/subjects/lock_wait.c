/* lock_wait.c - waits for a lock that somebody outside of the tree holds, who gives it up at the end. */
/* flavours: dynamic */
/* refused: lock */
#include "subject.h"
#include <sys/file.h>

/* A child of process 1 by the time it has the lock. */
static void hold_outside(pid_t subject)
{
	pid_t child = fork();
	int fd;

	MUST(child >= 0);
	if (child) {
		subject_reap(child, 0);
		while (access("held", F_OK))
			subject_nap(1);
		return;
	}
	if (fork())
		_exit(0);
	setsid();
	fd = open("file", O_RDWR);
	if (fd < 0 || flock(fd, LOCK_EX))
		_exit(1);
	subject_write("held", "");
	while (!subject_may_go() && !kill(subject, 0))
		subject_nap(2);
	_exit(0);
}

int main(int argc, char **argv)
{
	int fd;

	subject_init(argc, argv);
	fd = open("file", O_CREAT | O_RDWR, 0640);
	MUST(fd >= 0 && fcntl(fd, F_SETFD, FD_CLOEXEC) == 0);
	hold_outside(getpid());

	subject_ready();
	EXPECT(!flock(fd, LOCK_EX), "flock: %s", strerror(errno));
	subject_wait();
	return subject_end();
}
