/* mlockall.c - mappings to come will be locked too: a property of the address space that no mapping shows. */
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
	if (mlockall(MCL_FUTURE))
		SKIP("mlockall: %s", strerror(errno));

	subject_freeze();

	EXPECT_FILLED(p, SIZE, 1, "memory");
	p = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	EXPECT(p != MAP_FAILED && strtol(subject_proc("self/status", "VmLck:"), NULL, 10) >= (long)(SIZE / 1024), "a new mapping is not locked");
	return subject_end();
}
