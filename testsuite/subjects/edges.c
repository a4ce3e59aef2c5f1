/* edges.c - mappings at both ends of the address space: the page at 0, read-only and with contents, and the last one. */
/* flavours: dynamic static musl */
#include "subject.h"
#include <sys/mman.h>

#define PAGE 4096UL
#define END 0x7ffffffff000UL

static volatile uintptr_t nowhere;	/* what a compiler does not know to be 0 */

int main(int argc, char **argv)
{
	unsigned char *first, *last;

	subject_init(argc, argv);
	first = mmap((void *)nowhere, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	if (first != (void *)nowhere)
		SKIP("the page at 0 may not be mapped here (vm.mmap_min_addr)");
	last = mmap((void *)(END - PAGE), PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	MUST(last != MAP_FAILED);
	first = (void *)nowhere;
	subject_fill(first, PAGE, 1);
	subject_fill(last, PAGE, 2);
	MUST(!mprotect(first, PAGE, PROT_READ));

	subject_freeze();

	first = (void *)nowhere;
	EXPECT_FILLED(first, PAGE, 1, "the page at 0");
	EXPECT_FILLED(last, PAGE, 2, "the last page");
	return subject_end();
}
