/* clone_mighty.c - shares its descriptors with a process outside of the tree that may do more than it. */
/* flavours: dynamic */
/* refused: clone_vm */
#include "subject.h"

#include <linux/capability.h>
#include <sched.h>

static char stack[65536] __attribute__((aligned(16)));

static int child(void *arg)
{
	(void)arg;
	setsid();
	for (;;)
		pause();
	return 0;
}

int main(int argc, char **argv)
{
	pid_t pid;

	subject_init(argc, argv);
	/* A sibling: it is not below us. */
	pid = clone(child, stack + sizeof(stack), CLONE_FILES | CLONE_PARENT | SIGCHLD, NULL);
	MUST(pid > 0);
	/* Whoever has no more capabilities than we have then may not look at the other one. */
	MUST(!subject_give_up(1u << CAP_SYS_TIME | 1u << CAP_SYS_PTRACE));

	subject_freeze();

	EXPECT(!kill(pid, SIGKILL), "the other process is gone");
	return subject_end();
}
