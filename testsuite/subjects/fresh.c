/* fresh.c - large mappings of all protections and advices, with holes, of a parent and of a child that shares some of them: each page is where it was. */
/* flavours: dynamic musl */
#include "subject.h"
#include <sys/mman.h>

#define SIZE (6UL << 20)
#define PAGE 4096UL

enum { WRITABLE, READABLE, HIDDEN, HUGE, SMALL_PAGES, LOCKED, UNRESERVED, HOLED, N };

static unsigned char *memory[N];

static int filled(int kind, size_t page)
{
	return kind != HOLED || page % 7 < 3;
}

static void make(int kind, uint64_t seed)
{
	unsigned char *p = memory[kind] = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | (kind == UNRESERVED ? MAP_NORESERVE : 0), -1, 0);

	MUST(p != MAP_FAILED);
	if (kind == HUGE || kind == SMALL_PAGES)
		MUST(!madvise(p, SIZE, kind == HUGE ? MADV_HUGEPAGE : MADV_NOHUGEPAGE));
	for (size_t i = 0; i < SIZE / PAGE; i++)
		if (filled(kind, i))
			subject_fill(p + i * PAGE, PAGE, seed + i);
	if (kind == LOCKED)
		mlock(p, SIZE);		/* where the limit allows it */
	if (kind == READABLE || kind == HIDDEN)
		MUST(!mprotect(p, SIZE, kind == HIDDEN ? PROT_NONE : PROT_READ));
}

static void verify(int kind, uint64_t seed)
{
	unsigned char *p = memory[kind];
	unsigned char in[SIZE / PAGE];

	if (kind == HIDDEN)
		MUST(!mprotect(p, SIZE, PROT_READ));
	MUST(!mincore(p, SIZE, in));
	for (size_t i = 0; i < SIZE / PAGE; i++) {
		if (filled(kind, i))
			EXPECT_FILLED(p + i * PAGE, PAGE, seed + i, "a page");
		else
			EXPECT(!(in[i] & 1) && !p[i * PAGE], "a hole is not empty");
	}
	if (kind == READABLE || kind == HIDDEN)
		MUST(!mprotect(p, SIZE, PROT_READ | PROT_WRITE));
	memset(p, kind, SIZE);
	EXPECT_EQ(p[SIZE - 1], kind, "what was written");
}

int main(int argc, char **argv)
{
	int report[2];
	pid_t child;
	char c;

	subject_init(argc, argv);
	for (int i = 0; i < N; i++)
		make(i, 1000000 * (uint64_t)i);
	MUST(!pipe(report));
	child = fork();
	MUST(child >= 0);
	if (!child) {
		make(READABLE, 77);
		subject_fill(memory[WRITABLE], PAGE, 78);
		MUST(write(report[1], "x", 1) == 1);
		subject_wait();
		EXPECT_FILLED(memory[WRITABLE], PAGE, 78, "the child's own page");
		subject_fill(memory[WRITABLE], PAGE, 0);
		verify(WRITABLE, 0);
		verify(READABLE, 77);
		verify(HOLED, 1000000 * HOLED);
		_exit(0);
	}
	MUST(read(report[0], &c, 1) == 1);

	subject_freeze();

	for (int i = 0; i < N; i++)
		verify(i, 1000000 * (uint64_t)i);
	subject_reap(child, 0);
	return subject_end();
}
