/* stopped_waited.c - a stop that the parent has already waited for is not reported a second time. */
/* flavours: dynamic */
#include "subject.h"

int main(int argc, char **argv)
{
	siginfo_t info;
	int status;
	pid_t pid;

	subject_init(argc, argv);
	pid = fork();
	MUST(pid >= 0);
	if (!pid) {
		raise(SIGSTOP);
		_exit(7);
	}
	MUST(waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status));

	subject_freeze();

	memset(&info, 0, sizeof(info));
	EXPECT(!waitid(P_PID, pid, &info, WSTOPPED | WNOHANG) && !info.si_pid, "the stop is reported again");
	kill(pid, SIGCONT);
	subject_reap(pid, 7 << 8);
	return subject_end();
}
