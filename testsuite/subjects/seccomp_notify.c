/* seccomp_notify.c - the listener of a filter, in a process that has no filter itself. */
/* flavours: dynamic */
/* refused: seccomp_notify */
#include "subject.h"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>

int main(int argc, char **argv)
{
	struct sock_filter code[] = { BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW) };
	struct sock_fprog program = { 1, code };
	int fd = -1, i;
	pid_t child;

	subject_init(argc, argv);
	/* a child that shares our descriptors makes the listener, and ends */
	child = syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0);
	if (!child) {
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		fd = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
		_exit(fd < 0 ? 255 : fd);
	}
	MUST(waitpid(child, &i, 0) == child);
	if (!WIFEXITED(i) || WEXITSTATUS(i) == 255)
		SKIP("no listener on this kernel");
	fd = WEXITSTATUS(i);

	subject_freeze();

	EXPECT(fcntl(fd, F_GETFD) >= 0, "the descriptor is gone");
	return subject_end();
}
