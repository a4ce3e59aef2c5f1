/* zombie_user.c - children that ended as other users and with other names, and were not waited for. */
/* flavours: dynamic musl */
#include "subject.h"
#include <sys/prctl.h>

int main(int argc, char **argv)
{
	pid_t pid[2];
	siginfo_t info;
	char name[32];
	int i;

	subject_init(argc, argv);
	if (getuid())
		SKIP("only root can become other users");
	for (i = 0; i < 2; i++) {
		pid[i] = fork();
		MUST(pid[i] >= 0);
		if (pid[i])
			continue;
		prctl(PR_SET_NAME, i ? "second one" : "first\none");
		if (setresgid(100 + i, 200 + i, 300 + i) || setresuid(1000 + i, 2000 + i, 3000 + i))
			_exit(99);
		if (i)
			raise(SIGKILL);
		_exit(7);
	}
	for (i = 0; i < 2; i++)
		MUST(!waitid(P_PID, pid[i], &info, WEXITED | WNOWAIT));

	subject_freeze();

	for (i = 0; i < 2; i++) {
		snprintf(name, sizeof(name), "%d/status", pid[i]);
		EXPECT(!strcmp(subject_proc(name, "Uid:"), i ? "1001\t2001\t3001\t2001" : "1000\t2000\t3000\t2000"), "uids of a zombie");
		EXPECT(!strcmp(subject_proc(name, "Gid:"), i ? "101\t201\t301\t201" : "100\t200\t300\t200"), "gids of a zombie");
		EXPECT(!strncmp(subject_proc(name, "Name:"), i ? "second one" : "first\\none", 9), "name of a zombie: %s", subject_proc(name, "Name:"));
		EXPECT(!waitid(P_PID, pid[i], &info, WEXITED | WNOWAIT) && info.si_uid == 1000u + i, "si_uid is %d", info.si_uid);
		subject_reap(pid[i], i ? SIGKILL : 7 << 8);
	}
	return subject_end();
}
