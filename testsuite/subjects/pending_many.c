/* pending_many.c - thousands of real-time signals that wait, in order, each with a value of its own. */
/* flavours: dynamic */
/* refused: pending */
#include "subject.h"

#define MANY 3000

int main(int argc, char **argv)
{
	siginfo_t info;
	sigset_t set;
	int i;

	subject_init(argc, argv);
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN + 3);
	sigprocmask(SIG_BLOCK, &set, NULL);
	for (i = 0; i < MANY; i++)
		if (sigqueue(getpid(), SIGRTMIN + 3, (union sigval){ .sival_int = i }))
			SKIP("no more than %d signals may be queued here", i);

	subject_freeze();

	for (i = 0; i < MANY; i++) {
		struct timespec none = { 0, 0 };

		if (sigtimedwait(&set, &info, &none) < 0)
			break;
		EXPECT_EQ(info.si_value.sival_int, i, "value of a waiting signal");
	}
	EXPECT_EQ(i, MANY, "signals that waited");
	return subject_end();
}
