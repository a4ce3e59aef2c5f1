/* signalfd.c - a descriptor that reads signals, its mask. */
/* flavours: dynamic */
/* refused: signalfd */
#include "subject.h"
#include <sys/signalfd.h>

int main(int argc, char **argv)
{
	struct signalfd_siginfo info;
	sigset_t set;
	int fd;

	subject_init(argc, argv);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGRTMIN + 2);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, SFD_NONBLOCK);
	MUST(fd >= 0);

	subject_freeze();

	EXPECT(read(fd, &info, sizeof(info)) == -1 && errno == EAGAIN, "nothing was sent");
	sigqueue(getpid(), SIGRTMIN + 2, (union sigval){ .sival_int = 77 });
	EXPECT(read(fd, &info, sizeof(info)) == sizeof(info) && info.ssi_int == 77, "a signal that was sent");
	return subject_end();
}
