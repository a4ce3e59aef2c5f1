/* sud.c - system calls that are dispatched to the process itself. */
/* flavours: dynamic */
/* refused: sud */
#include "subject.h"
#include <sys/prctl.h>

static volatile char selector;
static volatile sig_atomic_t came;
static void on_sys(int sig) { (void)sig; selector = 0; came++; }

int main(int argc, char **argv)
{
	subject_init(argc, argv);
	signal(SIGSYS, on_sys);
	if (prctl(59, 1, 0, 0, &selector))
		SKIP("PR_SET_SYSCALL_USER_DISPATCH: %s", strerror(errno));

	subject_freeze();

	selector = 1;
	syscall(SYS_getppid);
	EXPECT_EQ(came, 1, "calls that were dispatched");
	return subject_end();
}
