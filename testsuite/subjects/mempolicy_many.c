/* mempolicy_many.c - NUMA policies of a few among many mappings. */
/* flavours: dynamic */
/* units: mempolicy */
/* needs: CONFIG_NUMA */
#include "subject.h"
#include <linux/mempolicy.h>
#include <sys/mman.h>

#define PAGE 4096ul
#define BALANCING (1 << 13)		/* MPOL_F_NUMA_BALANCING, Linux 5.12 */
#define MAPPINGS 1000

static const struct { int at, mode; } of[] = { { 1, MPOL_PREFERRED }, { 500, MPOL_BIND | BALANCING }, { MAPPINGS - 1, MPOL_INTERLEAVE } };
enum { N = sizeof(of) / sizeof(*of) };

int main(int argc, char **argv)
{
	unsigned long node = 1;
	int wanted[MAPPINGS] = { 0 };
	char *p;

	subject_init(argc, argv);
	p = mmap(NULL, MAPPINGS * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	MUST(p != MAP_FAILED);
	for (int i = 0; i < MAPPINGS; i += 2)
		MUST(!mprotect(p + i * PAGE, PAGE, PROT_READ | PROT_WRITE));
	for (int i = 0; i < N; i++) {
		if (!syscall(SYS_mbind, p + of[i].at * PAGE, PAGE, of[i].mode, &node, 65, 0))
			wanted[of[i].at] = of[i].mode;
		else if (!(of[i].mode & BALANCING))
			SKIP("mbind: %s", strerror(errno));
	}

	subject_freeze();

	for (int i = 0; i < MAPPINGS; i++) {
		unsigned long nodes = 0;
		int mode = -1;

		EXPECT(!syscall(SYS_get_mempolicy, &mode, &nodes, 64, p + i * PAGE, MPOL_F_ADDR) && mode == wanted[i] && nodes == (wanted[i] != 0),
		       "policy of mapping %d: %x %lx, was %x", i, mode, nodes, wanted[i]);
	}
	return subject_end();
}
