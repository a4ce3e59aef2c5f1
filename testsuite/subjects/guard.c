/* guard.c - guard pages inside a mapping (MADV_GUARD_INSTALL). */
/* flavours: dynamic */
/* refused: vma_flags */
#include "subject.h"
#include <sys/mman.h>

#define SIZE 65536UL

int main(int argc, char **argv)
{
	pid_t child;
	char *p;

	subject_init(argc, argv);
	p = mmap(NULL, 2 * SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	MUST(p != MAP_FAILED);
	if (madvise(p + SIZE, 4096, 102 /* MADV_GUARD_INSTALL */))
		SKIP("guard: %s", strerror(errno));
	subject_fill(p, SIZE, 1);

	subject_freeze();

	EXPECT_FILLED(p, SIZE, 1, "memory");
	child = fork();
	if (!child) {
		p[SIZE] = 1;
		_exit(0);
	}
	subject_reap(child, SIGSEGV);
	return subject_end();
}
