/* droppable.c - memory that the kernel may empty at any time (MAP_DROPPABLE). */
/* flavours: dynamic */
/* refused: vma_flags */
#include "subject.h"
#include <sys/mman.h>

int main(int argc, char **argv)
{
	char *p;

	subject_init(argc, argv);
	p = mmap(NULL, 65536, PROT_READ | PROT_WRITE, 0x08 | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		SKIP("MAP_DROPPABLE: %s", strerror(errno));
	p[5] = 5;

	subject_freeze();

	EXPECT(p[5] == 5 || p[5] == 0, "memory");
	return subject_end();
}
