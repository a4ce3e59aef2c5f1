/* ignoring.c - all signals blocked in one process, all ignored in another, all handled in a third: none is left for anyone else to use. */
/* flavours: dynamic */
#include "subject.h"

static volatile sig_atomic_t came;
static void on_any(int sig) { (void)sig; came++; }

static pid_t child(int how)
{
	pid_t pid = fork();
	sigset_t all, now;
	int i, wrong = 0;

	if (pid)
		return pid;
	sigfillset(&all);
	for (i = 1; i < 65; i++)
		signal(i, how == 1 ? SIG_IGN : how == 2 ? on_any : SIG_DFL);
	if (how == 0)
		sigprocmask(SIG_SETMASK, &all, NULL);
	subject_wait();
	sigprocmask(SIG_BLOCK, NULL, &now);
	for (i = 1; i < 32; i++)
		if (i != SIGKILL && i != SIGSTOP)
			wrong += sigismember(&now, i) != (how == 0);
	EXPECT_EQ(wrong, 0, "signals whose mask is another");
	EXPECT_EQ(came, 0, "signals that came");
	_exit(0);
}

int main(int argc, char **argv)
{
	pid_t pid[3];
	int i;

	subject_init(argc, argv);
	for (i = 0; i < 3; i++)
		pid[i] = child(i);
	subject_nap(10);

	subject_freeze();

	for (i = 0; i < 3; i++)
		subject_reap(pid[i], 0);
	return subject_end();
}
