/* exec_only.c - code that may be executed and not be read, where the processor has a key for that. */
/* flavours: dynamic */
/* needs: x86_64 */
#include "subject.h"
#include <setjmp.h>
#include <sys/mman.h>

static sigjmp_buf out;
static void on_fault(int sig) { siglongjmp(out, sig); }

/* 1: it can be read. */
static int can_read(const volatile unsigned char *p)
{
	return sigsetjmp(out, 1) ? 0 : *p != 0;
}

int main(int argc, char **argv)
{
#if defined(__x86_64__)
	static const unsigned char seven[] = { 0xb8, 7, 0, 0, 0, 0xc3 };	/* mov $7, %eax; ret */
#endif
	struct sigaction action = { .sa_handler = on_fault };
	int (*code)(void), readable;
	void *page;

	subject_init(argc, argv);
#if defined(__x86_64__)
	page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	MUST(page != MAP_FAILED && !sigaction(SIGSEGV, &action, NULL));
	memcpy(page, seven, sizeof(seven));
	memcpy(&code, &page, sizeof(code));
	MUST(!mprotect(page, 4096, PROT_EXEC));
	readable = can_read(page);

	subject_freeze();

	EXPECT_EQ(code(), 7, "the code");
	EXPECT_EQ(can_read(page), readable, "may be read");
	EXPECT(!mprotect(page, 4096, PROT_READ) && !memcmp(page, seven, sizeof(seven)), "its bytes");
	return subject_end();
#else
	SKIP("written for x86_64");
#endif
}
