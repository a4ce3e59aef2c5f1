/* stopped_waited.c - a stop, or a continuation, that the parent has already waited for is not reported a second time. */
/* flavours: dynamic */
#include "subject.h"

static pid_t child(int sig)
{
	pid_t pid = fork();
	int status;

	MUST(pid >= 0);
	if (!pid) {
		setpgid(0, 0);
		raise(sig);
		for (;;)
			pause();
	}
	MUST(waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status) && WSTOPSIG(status) == sig);
	return pid;
}

int main(int argc, char **argv)
{
	pid_t pid[3];
	siginfo_t info;
	int i, status;

	subject_init(argc, argv);
	pid[0] = child(SIGSTOP);
	pid[1] = child(SIGTSTP);
	pid[2] = child(SIGSTOP);
	kill(pid[2], SIGCONT);
	MUST(waitpid(pid[2], &status, WCONTINUED) == pid[2] && WIFCONTINUED(status));

	subject_freeze();

	for (i = 0; i < 3; i++) {
		memset(&info, 0, sizeof(info));
		EXPECT(!waitid(P_PID, pid[i], &info, WSTOPPED | WCONTINUED | WNOHANG) && !info.si_pid, "child %d is reported again", i);
		kill(pid[i], SIGTERM);
		kill(pid[i], SIGCONT);
		subject_reap(pid[i], SIGTERM);
	}
	return subject_end();
}
