/* wait_status.c - children that go on after a stop: a parent that has not been told of it yet can still be told, and nobody gets a signal. */
/* flavours: dynamic musl */
#include "subject.h"

static volatile sig_atomic_t told, done;

static void on_signal(int sig) { told++; }
static void on_end(int sig) { done = 1; }

static pid_t child(int options)
{
	siginfo_t info;
	pid_t pid = fork();

	MUST(pid >= 0);
	if (!pid) {
		signal(SIGTERM, on_end);
		raise(SIGSTOP);
		signal(SIGCONT, on_signal);
		while (!done)
			subject_nap(2);
		_exit(told);
	}
	MUST(!waitid(P_PID, pid, &info, WSTOPPED));
	kill(pid, SIGCONT);
	MUST(!waitid(P_PID, pid, &info, WCONTINUED | options));
	return pid;
}

int main(int argc, char **argv)
{
	siginfo_t info;
	pid_t pid[3];

	subject_init(argc, argv);
	for (int i = 0; i < 3; i++)
		pid[i] = child(i == 1 ? 0 : WNOWAIT);
	subject_nap(20);
	signal(SIGCHLD, on_signal);

	subject_freeze();

	EXPECT_EQ(told, 0, "signals from children");
	for (int i = 0; i < 3; i++) {
		memset(&info, 0, sizeof(info));
		EXPECT(!waitid(P_PID, pid[i], &info, WCONTINUED | WNOHANG), "waitid: %s", strerror(errno));
		EXPECT_EQ(info.si_pid, i == 1 ? 0 : pid[i], "the child whose continuation is reported");
		EXPECT_EQ(info.si_code, i == 1 ? 0 : CLD_CONTINUED, "how it is reported");
		kill(pid[i], SIGTERM);
		subject_reap(pid[i], 0);
	}
	return subject_end();
}
