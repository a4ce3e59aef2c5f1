/* zombie.c - children that ended and were not waited for: an exit status, a signal, several, with the rest of wait's report. */
/* flavours: dynamic static musl */
#include "subject.h"

int main(int argc, char **argv)
{
	pid_t pid[6];
	int status[6] = { 0, 1 << 8, 255 << 8, SIGKILL, SIGTERM, SIGUSR2 };
	siginfo_t info;
	int i;

	subject_init(argc, argv);
	for (i = 0; i < 6; i++) {
		pid[i] = fork();
		MUST(pid[i] >= 0);
		if (!pid[i]) {
			if (status[i] & 0x7f) {
				signal(status[i], SIG_DFL);
				raise(status[i]);
			}
			_exit(status[i] >> 8);
		}
	}
	for (i = 0; i < 6; i++)
		MUST(waitid(P_PID, pid[i], &info, WEXITED | WNOWAIT) == 0);

	subject_freeze();

	for (i = 0; i < 6; i++) {
		memset(&info, 0, sizeof(info));
		EXPECT(waitid(P_PID, pid[i], &info, WEXITED | WNOWAIT | WNOHANG) == 0, "waitid %d: %s", i, strerror(errno));
		EXPECT_EQ(info.si_pid, pid[i], "si_pid");
		EXPECT_EQ(info.si_uid, getuid(), "si_uid");
		EXPECT_EQ(info.si_code, status[i] & 0x7f ? CLD_KILLED : CLD_EXITED, "si_code");
		EXPECT_EQ(info.si_status, status[i] & 0x7f ? status[i] & 0x7f : status[i] >> 8, "si_status");
		subject_reap(pid[i], status[i]);
	}
	EXPECT(waitpid(-1, NULL, __WALL) == -1 && errno == ECHILD, "there is a child that was not there");
	return subject_end();
}
