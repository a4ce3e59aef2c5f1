/* zombie_core.c - a child that ended with a core dump and was not waited for: no other process can be made to end like that. */
/* flavours: dynamic */
/* refused: zombie */
#include "subject.h"
#include <sys/resource.h>

int main(int argc, char **argv)
{
	struct rlimit core = { RLIM_INFINITY, RLIM_INFINITY };
	siginfo_t info;
	pid_t pid;

	subject_init(argc, argv);
	pid = fork();
	MUST(pid >= 0);
	if (!pid) {
		setrlimit(RLIMIT_CORE, &core);
		signal(SIGABRT, SIG_DFL);
		raise(SIGABRT);
		_exit(1);
	}
	MUST(waitid(P_PID, pid, &info, WEXITED | WNOWAIT) == 0);
	if (info.si_code != CLD_DUMPED)
		SKIP("no core is dumped here (ulimit -c, or /proc/sys/kernel/core_pattern)");

	subject_freeze();

	subject_reap(pid, SIGABRT | 0x80);
	return subject_end();
}
