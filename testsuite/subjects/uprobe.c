/* uprobe.c - a breakpoint in the program's text, where its file has none. */
/* flavours: dynamic static */
/* refused: uprobe */
#include "subject.h"
#include <sys/mman.h>

#define INT3 0xcc
#define PAGE 4096

/* Nobody calls it while the breakpoint stands. */
static __attribute__((noinline, noclone, used, aligned(PAGE))) int probed(int n)
{
	volatile int sum = 0;

	while (n > 0)
		sum += n--;
	return sum;
}

int main(int argc, char **argv)
{
	uint8_t *text = (uint8_t *)probed, was[16];

	subject_init(argc, argv);
	memcpy(was, text, sizeof(was));
	MUST(was[0] != INT3 && ((uintptr_t)text & (PAGE - 1)) == 0);
	if (mprotect(text, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC))
		SKIP("text cannot be made writable: %s", strerror(errno));
	text[0] = INT3;
	MUST(!mprotect(text, PAGE, PROT_READ | PROT_EXEC));

	subject_freeze();

	EXPECT_EQ(*(volatile uint8_t *)text, INT3, "the breakpoint");
	EXPECT(!memcmp(text + 1, was + 1, sizeof(was) - 1), "the text behind the breakpoint has changed");
	EXPECT(!mprotect(text, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC), "mprotect: %s", strerror(errno));
	*(volatile uint8_t *)text = was[0];
	EXPECT(!mprotect(text, PAGE, PROT_READ | PROT_EXEC), "mprotect: %s", strerror(errno));
	__builtin___clear_cache((char *)text, (char *)text + sizeof(was));
	EXPECT_EQ(probed(4), 10, "what the function gives");
	return subject_end();
}
