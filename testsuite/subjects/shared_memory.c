/* shared_memory.c - anonymous memory that a parent and its child share. */
/* flavours: dynamic */
/* refused: shared_memory */
#include "subject.h"
#include <sys/mman.h>

int main(int argc, char **argv)
{
	volatile char *p;
	pid_t child;

	subject_init(argc, argv);
	p = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	MUST(p != MAP_FAILED);
	subject_fill((void *)p, 65536, 1);
	p[0] = 0;
	child = fork();
	if (!child) {
		while (!p[0])
			subject_nap(1);
		p[65535] = 77;
		_exit(0);
	}

	subject_freeze();

	EXPECT_FILLED((char *)p + 8, 65528, 1 + 1, "shared memory");
	p[0] = 1;
	subject_reap(child, 0);
	EXPECT_EQ(p[65535], 77, "what the child wrote");
	return subject_end();
}
