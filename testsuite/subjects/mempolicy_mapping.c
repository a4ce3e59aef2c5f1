/* mempolicy_mapping.c - the NUMA policy of a mapping. */
/* flavours: dynamic */
/* refused: vma_flags */
/* needs: CONFIG_NUMA */
#include "subject.h"
#include <sys/mman.h>

int main(int argc, char **argv)
{
	unsigned long node = 1, mask = 0;
	int mode = -1;
	char *p;

	subject_init(argc, argv);
	p = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	MUST(p != MAP_FAILED);
	if (syscall(SYS_mbind, p, 65536, 2, &node, 65, 0))	/* MPOL_BIND to node 0 */
		SKIP("mbind: %s", strerror(errno));
	subject_fill(p, 65536, 1);

	subject_freeze();

	EXPECT(!syscall(SYS_get_mempolicy, &mode, &mask, 64, p, 2) && mode == 2 && mask == 1, "policy of a mapping: %d %lx", mode, mask);
	EXPECT_FILLED(p, 65536, 1, "memory");
	return subject_end();
}
