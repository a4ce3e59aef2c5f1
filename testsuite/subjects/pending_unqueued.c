/* pending_unqueued.c - a signal waits that the kernel could not queue for want of room: its bit alone says so. */
/* flavours: dynamic */
/* refused: pending */
#include "subject.h"
#include <sys/resource.h>

int main(int argc, char **argv)
{
	struct rlimit limit;
	sigset_t set;

	subject_init(argc, argv);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	MUST(!getrlimit(RLIMIT_SIGPENDING, &limit));
	limit.rlim_cur = 0;
	MUST(!setrlimit(RLIMIT_SIGPENDING, &limit));
	raise(SIGUSR1);

	subject_freeze();

	EXPECT(!sigpending(&set) && sigismember(&set, SIGUSR1), "the signal that waited");
	return subject_end();
}
