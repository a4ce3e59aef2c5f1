/* seccomp.c - a filter that lets everything pass but one call. */
/* flavours: dynamic */
/* refused: seccomp */
#include "subject.h"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>

int main(int argc, char **argv)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_acct, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 77),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { 4, code };

	subject_init(argc, argv);
	MUST(!prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		SKIP("seccomp: %s", strerror(errno));

	subject_freeze();

	EXPECT(syscall(SYS_acct, NULL) == -1 && errno == 77, "the filter does not work: %s", strerror(errno));
	EXPECT_EQ(strtol(subject_proc("self/status", "Seccomp:"), NULL, 10), 2, "Seccomp in status");
	return subject_end();
}
