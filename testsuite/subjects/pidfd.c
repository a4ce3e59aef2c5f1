/* pidfd.c - a descriptor of a child. */
/* flavours: dynamic */
/* refused: pidfd */
#include "subject.h"
#include <poll.h>

int main(int argc, char **argv)
{
	struct pollfd p = { -1, POLLIN, 0 };
	pid_t child;

	subject_init(argc, argv);
	child = fork();
	MUST(child >= 0);
	if (!child) {
		subject_wait();
		subject_nap(20);
		_exit(5);
	}
	p.fd = syscall(434, child, 0);
	MUST(p.fd >= 0);

	subject_freeze();

	EXPECT(poll(&p, 1, 5000) == 1, "the pidfd does not tell of the end");
	subject_reap(child, 5 << 8);
	return subject_end();
}
