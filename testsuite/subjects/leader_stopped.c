/* leader_stopped.c - a process whose first thread has exited is stopped, with a signal for all of it: still so afterwards, and SIGCONT wakes it. */
/* flavours: dynamic musl */
#include "subject.h"
#include <pthread.h>

static sigset_t set;

static void *last(void *arg)
{
	int sig;

	kill(getpid(), SIGUSR1);
	while (subject_proc(arg, "State")[0] != 'Z')
		subject_nap(1);
	raise(SIGSTOP);
	EXPECT(subject_may_go(), "it ran before it was let go");
	EXPECT(!sigwait(&set, &sig) && sig == SIGUSR1, "the signal that waited");
	_exit(7);
}

static pid_t stopped_child(void)
{
	pid_t pid = fork();
	char path[64];
	pthread_t thread;

	if (pid)
		return pid;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	snprintf(path, sizeof(path), "%d/task/%d/status", getpid(), getpid());
	MUST(!pthread_create(&thread, NULL, last, strdup(path)));
	syscall(SYS_exit, 0);
	_exit(1);
}

int main(int argc, char **argv)
{
	siginfo_t info;
	pid_t pid;

	subject_init(argc, argv);
	pid = stopped_child();
	MUST(pid > 0);
	MUST(waitid(P_PID, pid, &info, WSTOPPED | WNOWAIT) == 0);

	subject_freeze();

	memset(&info, 0, sizeof(info));
	EXPECT(!waitid(P_PID, pid, &info, WSTOPPED | WNOHANG) && info.si_pid == pid, "its stop is reported");
	kill(pid, SIGCONT);
	subject_reap(pid, 7 << 8);
	return subject_end();
}
