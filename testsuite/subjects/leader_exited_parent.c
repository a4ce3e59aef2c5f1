/* leader_exited_parent.c - a process whose first thread has exited has stopped children: one whose stop was waited for, and one whose was not. */
/* flavours: dynamic */
#include "subject.h"
#include <pthread.h>

static pid_t stopped_child(int options)
{
	pid_t pid = fork();
	siginfo_t info;

	MUST(pid >= 0);
	if (!pid)
		for (;;)
			pause();
	kill(pid, SIGSTOP);
	MUST(!waitid(P_PID, pid, &info, WSTOPPED | options));
	return pid;
}

static void *last(void *path)
{
	pid_t pid[2];
	siginfo_t info;

	while (subject_proc(path, "State")[0] != 'Z')
		subject_nap(1);
	pid[0] = stopped_child(0);
	pid[1] = stopped_child(WNOWAIT);

	subject_freeze();

	for (int i = 0; i < 2; i++) {
		memset(&info, 0, sizeof(info));
		EXPECT(!waitid(P_PID, pid[i], &info, WSTOPPED | WNOHANG), "waitid: %s", strerror(errno));
		EXPECT_EQ(info.si_pid, i ? pid[i] : 0, "the child whose stop is reported");
		kill(pid[i], SIGKILL);
		subject_reap(pid[i], SIGKILL);
	}
	exit(subject_end());
}

int main(int argc, char **argv)
{
	char path[64];
	pthread_t thread;

	subject_init(argc, argv);
	snprintf(path, sizeof(path), "%d/task/%d/status", getpid(), getpid());
	MUST(!pthread_create(&thread, NULL, last, strdup(path)));
	syscall(SYS_exit, 0);
	return 1;
}
