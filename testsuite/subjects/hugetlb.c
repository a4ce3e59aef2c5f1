/* hugetlb.c - huge pages from the pool. */
/* flavours: dynamic */
/* refused: vma_flags */
/* needs: vm.nr_hugepages */
#include "subject.h"
#include <sys/mman.h>

int main(int argc, char **argv)
{
	char *p;

	subject_init(argc, argv);
	p = mmap(NULL, 2 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
	if (p == MAP_FAILED)
		SKIP("no huge pages in the pool: %s", strerror(errno));
	subject_fill(p, 2 << 20, 1);

	subject_freeze();

	EXPECT_FILLED(p, 2 << 20, 1, "huge page");
	return subject_end();
}
