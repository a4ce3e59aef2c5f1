/* many_vmas.c - five thousand mappings: pages that are alternately writable and read-only, each with its own contents. */
/* flavours: dynamic */
#include "subject.h"
#include <sys/mman.h>

#define COUNT 5000
#define PAGE 4096UL

static int lines(void)
{
	char line[600];
	FILE *f = fopen("/proc/self/maps", "re");
	int n = 0;

	while (f && fgets(line, sizeof(line), f))
		n++;
	fclose(f);
	return n;
}

int main(int argc, char **argv)
{
	unsigned char *p;
	int i, before;

	subject_init(argc, argv);
	p = mmap(NULL, COUNT * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	MUST(p != MAP_FAILED);
	for (i = 0; i < COUNT; i++) {
		*(int *)(p + i * PAGE) = i * 3 + 1;
		if (i % 2)
			MUST(!mprotect(p + i * PAGE, PAGE, PROT_READ));
	}
	before = lines();

	subject_freeze();

	EXPECT_EQ(lines(), before, "number of mappings");
	for (i = 0; i < COUNT; i++)
		EXPECT_EQ(*(int *)(p + i * PAGE), i * 3 + 1, "contents of a page");
	return subject_end();
}
