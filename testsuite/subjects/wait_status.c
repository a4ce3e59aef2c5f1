/* wait_status.c - a child that goes on after a stop, and a parent that has not been told of it yet. */
/* flavours: dynamic */
/* refused: wait_status */
#include "subject.h"

int main(int argc, char **argv)
{
	siginfo_t info;
	pid_t pid;

	subject_init(argc, argv);
	pid = fork();
	MUST(pid >= 0);
	if (!pid)
		for (;;)
			pause();
	kill(pid, SIGSTOP);
	MUST(!waitid(P_PID, pid, &info, WSTOPPED));
	kill(pid, SIGCONT);
	MUST(!waitid(P_PID, pid, &info, WCONTINUED | WNOWAIT));

	subject_freeze();

	memset(&info, 0, sizeof(info));
	EXPECT(!waitid(P_PID, pid, &info, WCONTINUED | WNOHANG), "waitid: %s", strerror(errno));
	EXPECT_EQ(info.si_pid, pid, "the continuation that was not waited for is reported");
	EXPECT_EQ(info.si_code, CLD_CONTINUED, "how it is reported");
	kill(pid, SIGKILL);
	subject_reap(pid, SIGKILL);
	return subject_end();
}
