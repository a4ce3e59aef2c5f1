/* wait_status_stop.c - a child stopped by a terminal's signal, and a parent that has not been told of it yet. */
/* flavours: dynamic */
/* refused: wait_status */
/* says: stopped by signal 20 */
#include "subject.h"

int main(int argc, char **argv)
{
	siginfo_t info;
	pid_t pid;

	subject_init(argc, argv);
	pid = fork();
	MUST(pid >= 0);
	if (!pid) {
		setpgid(0, 0);
		raise(SIGTSTP);
		_exit(7);
	}
	MUST(!waitid(P_PID, pid, &info, WSTOPPED | WNOWAIT));
	MUST(info.si_status == SIGTSTP);

	subject_freeze();

	memset(&info, 0, sizeof(info));
	EXPECT(!waitid(P_PID, pid, &info, WSTOPPED | WNOHANG), "waitid: %s", strerror(errno));
	EXPECT_EQ(info.si_pid, pid, "the stop that was not waited for is reported");
	EXPECT_EQ(info.si_status, SIGTSTP, "signal that stopped it");
	kill(pid, SIGCONT);
	subject_reap(pid, 7 << 8);
	return subject_end();
}
