/* mseal.c - a sealed mapping. */
/* flavours: dynamic */
/* refused: vma_flags */
#include "subject.h"
#include <sys/mman.h>

#define SIZE 65536UL

int main(int argc, char **argv)
{
	char *p;

	subject_init(argc, argv);
	p = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	MUST(p != MAP_FAILED);
	subject_fill(p, SIZE, 1);
	if (syscall(462, p, SIZE, 0))
		SKIP("mseal: %s", strerror(errno));

	subject_freeze();

	EXPECT_FILLED(p, SIZE, 1, "memory");
	EXPECT(munmap(p, SIZE) == -1 && errno == EPERM, "the seal is broken");
	return subject_end();
}
