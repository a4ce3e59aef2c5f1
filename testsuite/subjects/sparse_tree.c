/* sparse_tree.c - children that share nothing, something and everything with their parent: private writes after fork, unmapped, moved. */
/* flavours: dynamic */
#include "subject.h"
#include <sys/mman.h>

#define SIZE (4UL << 20)
#define PAGE 4096UL

static unsigned char *memory;

static void verify(unsigned char *p, int from, int to, uint64_t seed)
{
	int i;

	for (i = from; i < to; i++)
		EXPECT_FILLED(p + i * PAGE, PAGE, seed + i, "a page");
}

static void fill(unsigned char *p, int from, int to, uint64_t seed)
{
	int i;

	for (i = from; i < to; i++)
		subject_fill(p + i * PAGE, PAGE, seed + i);
}

static void unmapped(void)
{
	MUST(!munmap(memory, SIZE / 2));
	subject_write("unmapped", "x");
	subject_wait();
	verify(memory, 512, 1024, 0);
}

/* The pages are at another address than the parent's. */
static void moved(void)
{
	unsigned char *p = mremap(memory, SIZE, SIZE, MREMAP_MAYMOVE | MREMAP_FIXED, (void *)0x300000000000UL);

	MUST(p == (void *)0x300000000000UL);
	fill(p, 0, 10, 5000);
	subject_write("moved", "x");
	subject_wait();
	verify(p, 0, 10, 5000);
	verify(p, 10, 1024, 0);
}

static void protected(void)
{
	MUST(!mprotect(memory, SIZE, PROT_NONE));
	subject_write("protected", "x");
	subject_wait();
	MUST(!mprotect(memory, SIZE, PROT_READ));
	verify(memory, 0, 1024, 0);
}

static void emptied(void)
{
	MUST(!madvise(memory, SIZE / 2, MADV_DONTNEED));
	subject_write("emptied", "x");
	subject_wait();
	EXPECT(memory[0] == 0 && memory[SIZE / 2 - 1] == 0, "memory that was given back has contents");
	verify(memory, 512, 1024, 0);
}

/* A grandchild that shares with its grandparent what the parent has changed. */
static void grandchild(void)
{
	pid_t pid = fork();

	if (!pid) {
		subject_write("grandchild", "x");
		subject_wait();
		verify(memory, 0, 1024, 0);
		_exit(0);
	}
	fill(memory, 0, 512, 9000);
	subject_wait();
	verify(memory, 0, 512, 9000);
	verify(memory, 512, 1024, 0);
	subject_reap(pid, 0);
}

int main(int argc, char **argv)
{
	static void (*const work[])(void) = { unmapped, moved, protected, emptied, grandchild };
	static const char *const made[] = { "unmapped", "moved", "protected", "emptied", "grandchild" };
	pid_t child[5];
	int i;

	subject_init(argc, argv);
	memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	MUST(memory != MAP_FAILED);
	fill(memory, 0, 1024, 0);
	for (i = 0; i < 5; i++) {
		child[i] = fork();
		if (!child[i]) {
			work[i]();
			_exit(0);
		}
	}
	for (i = 0; i < 5; i++)
		while (access(made[i], F_OK))
			subject_nap(1);
	fill(memory, 1000, 1024, 70000);

	subject_freeze();

	verify(memory, 0, 1000, 0);
	verify(memory, 1000, 1024, 70000);
	for (i = 0; i < 5; i++)
		subject_reap(child[i], 0);
	return subject_end();
}
