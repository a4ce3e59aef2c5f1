/* stopped.c - children stopped by SIGSTOP: still stopped afterwards, whatever waits in them, the parent hears nothing again, and SIGCONT wakes them. */
/* flavours: dynamic musl */
#include "subject.h"
#include <poll.h>

static volatile sig_atomic_t heard;

static void hear(int sig)
{
	(void)sig;
	heard++;
}

static pid_t stopped_child(int status)
{
	pid_t pid = fork();
	char block[5000];

	if (pid)
		return pid;
	subject_fill(block, sizeof(block), status);
	raise(SIGSTOP);
	EXPECT(subject_may_go(), "a stopped child ran before it was let go");
	EXPECT_FILLED(block, sizeof(block), status, "memory of a stopped child");
	_exit(status);
}

/* Sleeps in a call whose restart the kernel keeps for itself. */
static pid_t sleeping_child(int status)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	signal(SIGUSR1, hear);
	EXPECT(poll(NULL, 0, 300000) < 0 && errno == EINTR, "a signal that waited did not end poll");
	_exit(status);
}

static int state(pid_t pid)
{
	char path[32];

	snprintf(path, sizeof(path), "%d/status", pid);
	return subject_proc(path, "State")[0];
}

int main(int argc, char **argv)
{
	pid_t pid[5];
	siginfo_t info;
	int i, before;

	subject_init(argc, argv);
	signal(SIGCHLD, hear);
	for (i = 0; i < 5; i++) {
		pid[i] = i < 4 ? stopped_child(5 + i) : sleeping_child(5 + i);
		MUST(pid[i] > 0);
		if (i == 4) {
			while (state(pid[i]) != 'S')
				subject_nap(1);
			kill(pid[i], SIGSTOP);
		}
		while (waitid(P_PID, pid[i], &info, WSTOPPED | WNOWAIT))
			MUST(errno == EINTR);
	}
	kill(pid[3], SIGTERM);		/* ends it when it goes on, and not before */
	kill(pid[4], SIGUSR1);
	before = heard;

	subject_freeze();

	EXPECT_EQ(heard, before, "times that SIGCHLD came");
	for (i = 0; i < 5; i++) {
		EXPECT(state(pid[i]) == 'T', "a stopped child is in state %c", state(pid[i]));
		memset(&info, 0, sizeof(info));
		EXPECT(!waitid(P_PID, pid[i], &info, WSTOPPED | WNOHANG), "waitid: %s", strerror(errno));
		EXPECT_EQ(info.si_pid, pid[i], "the stop that was not waited for is reported");
		EXPECT_EQ(info.si_status, SIGSTOP, "signal that stopped it");
		kill(pid[i], SIGCONT);
		subject_reap(pid[i], i == 3 ? SIGTERM : (5 + i) << 8);
	}
	return subject_end();
}
