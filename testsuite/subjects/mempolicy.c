/* mempolicy.c - the NUMA policies of a thread and of mappings. */
/* flavours: dynamic */
/* needs: CONFIG_NUMA */
#include "subject.h"
#include <sys/mman.h>

#define PAGE 4096ul
#define F_ADDR 2

static void policy_is(const char *at, int wanted_mode, unsigned long wanted_mask, const char *what)
{
	unsigned long mask = 0;
	int mode = -1;

	EXPECT(!syscall(SYS_get_mempolicy, &mode, &mask, 64, at, F_ADDR) && mode == wanted_mode && mask == wanted_mask,
	       "policy of %s: %d %lx, was %d %lx", what, mode, mask, wanted_mode, wanted_mask);
}

int main(int argc, char **argv)
{
	static const int mode_of[] = { 0, 2, 0, 3, 2 | 1 << 15, 4, 1 };	/* page by page: one mapping is cut into as many */
	enum { PAGES = sizeof(mode_of) / sizeof(*mode_of) };
	char *p;
	unsigned long node = 1, mask = 0;
	int mode = -1;

	subject_init(argc, argv);
	if (syscall(SYS_set_mempolicy, 3, &node, 65))	/* MPOL_INTERLEAVE over node 0 */
		SKIP("set_mempolicy: %s", strerror(errno));
	p = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	MUST(p != MAP_FAILED);
	memset(p, 7, 3 * PAGE);
	for (int i = 0; i < PAGES; i++)
		if (mode_of[i])
			MUST(!syscall(SYS_mbind, p + i * PAGE, PAGE, mode_of[i], mode_of[i] == 4 ? NULL : &node, 65, 0));

	subject_freeze();

	EXPECT(!syscall(SYS_get_mempolicy, &mode, &mask, 64, NULL, 0) && mode == 3 && mask == 1, "policy of the thread: %d %lx", mode, mask);
	for (int i = 0; i < PAGES; i++)
		policy_is(p + i * PAGE, mode_of[i], mode_of[i] && mode_of[i] != 4, "a page");
	policy_is((const char *)&mode, 0, 0, "the stack");
	EXPECT(p[0] == 7 && p[3 * PAGE - 1] == 7, "content");
	return subject_end();
}
