/* cow.c - 32 MiB that a parent shares with four children since fork, with some pages of each changed: still shared afterwards. */
/* flavours: dynamic musl */
#include "subject.h"
#include <sys/mman.h>

#define CHILDREN 4
#define SIZE (32UL << 20)
#define PAGE 4096UL

static unsigned char *memory;

/* kB of a kind in smaps_rollup */
static long kb(const char *key)
{
	return strtol(subject_proc("self/smaps_rollup", key), NULL, 10);
}

static void verify(int n)
{
	size_t i;

	for (i = 0; i < SIZE; i += PAGE) {
		if (n && i / PAGE % 512 == (size_t)n * 7)
			EXPECT_FILLED(memory + i, PAGE, n * 1000 + i, "a page of one's own");
		else
			EXPECT_FILLED(memory + i, PAGE, i, "a shared page");
	}
}

int main(int argc, char **argv)
{
	pid_t child[CHILDREN];
	int report[2], n;
	size_t i;
	char c;

	subject_init(argc, argv);
	MUST(!pipe(report));
	memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	MUST(memory != MAP_FAILED);
	for (i = 0; i < SIZE; i += PAGE)
		subject_fill(memory + i, PAGE, i);
	for (n = 1; n <= CHILDREN; n++) {
		child[n - 1] = fork();
		MUST(child[n - 1] >= 0);
		if (child[n - 1])
			continue;
		for (i = 0; i < SIZE; i += PAGE)
			if (i / PAGE % 512 == (size_t)n * 7)
				subject_fill(memory + i, PAGE, n * 1000 + i);
		if (write(report[1], "x", 1) != 1)
			_exit(2);
		subject_wait();
		verify(n);
		_exit(0);
	}
	for (n = 0; n < CHILDREN; n++)
		MUST(read(report[0], &c, 1) == 1);

	subject_freeze();

	if (kb("Pss:") >= (long)(SIZE >> 10) * 9 / 10)
		EXPECT(0, "the children's pages are shared no more: Pss is %ld kB", kb("Pss:"));
	verify(0);
	for (n = 0; n < CHILDREN; n++)
		subject_reap(child[n], 0);
	return subject_end();
}
