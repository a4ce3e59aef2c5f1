/* mlock.c - memory that may not be swapped out: at once, and page by page as it is touched (MLOCK_ONFAULT). */
/* flavours: dynamic */
/* units: vma_flags */
#include "subject.h"
#include <sys/mman.h>

#define SIZE 65536UL

int main(int argc, char **argv)
{
	char *p, *q;
	long before;

	subject_init(argc, argv);
	p = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	q = mmap(NULL, 3 * SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	MUST(p != MAP_FAILED && q != MAP_FAILED);
	subject_fill(p, SIZE, 1);
	if (mlock(p, SIZE) || syscall(SYS_mlock2, q + SIZE, SIZE, 1))
		SKIP("mlock: %s", strerror(errno));
	q[SIZE] = 9;
	before = strtol(subject_proc("self/status", "VmLck:"), NULL, 10);
	MUST(before >= (long)(2 * SIZE / 1024));

	subject_freeze();

	EXPECT_FILLED(p, SIZE, 1, "locked memory");
	EXPECT_EQ(q[SIZE], 9, "locked memory");
	EXPECT_EQ(strtol(subject_proc("self/status", "VmLck:"), NULL, 10), before, "VmLck");
	return subject_end();
}
