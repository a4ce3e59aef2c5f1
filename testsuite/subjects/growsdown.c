/* growsdown.c - a mapping that grows downwards, and the stack of the process: both grow afterwards. */
/* flavours: dynamic */
#include "subject.h"
#include <sys/mman.h>

#define PAGE 4096UL

__attribute__((noinline)) static long deep(int n)
{
	volatile char frame[16000];

	frame[0] = (char)n;
	return n ? deep(n - 1) + frame[0] : 0;
}

int main(int argc, char **argv)
{
	unsigned char *p, *room;
	int i;

	subject_init(argc, argv);
	room = mmap(NULL, 1024 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	MUST(room != MAP_FAILED && !munmap(room, 1024 * PAGE));
	p = mmap(room + 900 * PAGE, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN | MAP_FIXED, -1, 0);
	MUST(p == room + 900 * PAGE);
	subject_fill(p, 8 * PAGE, 1);
	for (i = 1; i <= 20; i++)
		subject_fill(p - i * PAGE, PAGE, i + 100);

	subject_freeze();

	EXPECT_FILLED(p, 8 * PAGE, 1, "mapping that grows");
	for (i = 1; i <= 20; i++)
		EXPECT_FILLED(p - i * PAGE, PAGE, i + 100, "a page it grew by");
	for (i = 21; i <= 60; i++)
		subject_fill(p - i * PAGE, PAGE, i + 100);
	for (i = 21; i <= 60; i++)
		EXPECT_FILLED(p - i * PAGE, PAGE, i + 100, "a page it grew by afterwards");
	deep(300);	/* 4.8 MiB of stack */
	return subject_end();
}
