/* memory.c - anonymous memory: protections of all kinds with data behind them, sparse, one page here and there, code made at run time. */
/* flavours: dynamic static musl */
#include "subject.h"
#include <sys/mman.h>

#define PAGE 4096UL
#define SPARSE (8UL << 30)

static unsigned char *map(size_t len, int prot, int flags)
{
	void *p = mmap(NULL, len, prot, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);

	MUST(p != MAP_FAILED);
	return p;
}

/* The permissions of the mapping that ADDRESS lies in, as of /proc/self/maps. */
static void permissions(const void *address, char out[5])
{
	char line[600];
	unsigned long from, to;
	FILE *f = fopen("/proc/self/maps", "re");

	strcpy(out, "gone");
	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "%lx-%lx %4s", &from, &to, out) == 3 && (unsigned long)address >= from && (unsigned long)address < to)
			break;
	fclose(f);
}

static void expect_permissions(const void *address, const char *wanted, const char *what)
{
	char is[5];

	permissions(address, is);
	EXPECT(!strcmp(is, wanted), "%s: permissions are %s, were %s", what, is, wanted);
}

int main(int argc, char **argv)
{
	unsigned char *plain, *none, *readonly, *sparse, *empty, *zero, *code, *brk_start, *fixed, *guarded;
	size_t i;
	int n;

	subject_init(argc, argv);
	plain = map(3 << 20, PROT_READ | PROT_WRITE, 0);
	subject_fill(plain, 3 << 20, 1);
	none = map(64 * PAGE, PROT_READ | PROT_WRITE, 0);
	subject_fill(none, 64 * PAGE, 2);
	MUST(!mprotect(none, 64 * PAGE, PROT_NONE));
	readonly = map(16 * PAGE, PROT_READ | PROT_WRITE, 0);
	subject_fill(readonly, 16 * PAGE, 3);
	MUST(!mprotect(readonly, 16 * PAGE, PROT_READ));
	sparse = map(SPARSE, PROT_READ | PROT_WRITE, MAP_NORESERVE);
	for (i = 0; i < SPARSE; i += SPARSE / 64)
		subject_fill(sparse + i + (i >> 20) * PAGE % (SPARSE / 64), PAGE, i);
	empty = map(100 * PAGE, PROT_NONE, 0);
	zero = map(100 * PAGE, PROT_READ | PROT_WRITE, 0);
	memset(zero, 0, 50 * PAGE);			/* pages that are there and empty */
	for (i = 50; i < 100; i++)			/* the shared zero page */
		n = *(volatile unsigned char *)(zero + i * PAGE);
	code = map(PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, 0);
#if defined(__x86_64__)
	memcpy(code, "\xb8\x2a\x00\x00\x00\xc3", 6);	/* mov $42, %eax; ret */
#endif
	guarded = map(9 * PAGE, PROT_READ | PROT_WRITE, 0);
	subject_fill(guarded, 9 * PAGE, 5);
	MUST(!mprotect(guarded, PAGE, PROT_NONE) && !mprotect(guarded + 4 * PAGE, PAGE, PROT_NONE) && !mprotect(guarded + 8 * PAGE, PAGE, PROT_READ));
	fixed = mmap((void *)0x10000000000UL, 5 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	MUST(fixed == (void *)0x10000000000UL);
	subject_fill(fixed, 5 * PAGE, 6);
	brk_start = (unsigned char *)syscall(SYS_brk, 0);
	MUST((unsigned char *)syscall(SYS_brk, brk_start + 300 * PAGE + 123) == brk_start + 300 * PAGE + 123);
	subject_fill(brk_start, 300 * PAGE + 123, 7);

	subject_freeze();

	EXPECT_EQ(syscall(SYS_brk, 0), (long)brk_start + 300 * PAGE + 123, "program break");
	EXPECT_FILLED(plain, 3 << 20, 1, "plain memory");
	expect_permissions(none, "---p", "PROT_NONE");
	MUST(!mprotect(none, 64 * PAGE, PROT_READ));
	EXPECT_FILLED(none, 64 * PAGE, 2, "memory behind PROT_NONE");
	expect_permissions(readonly, "r--p", "read-only");
	EXPECT_FILLED(readonly, 16 * PAGE, 3, "read-only memory");
	for (i = 0; i < SPARSE; i += SPARSE / 64)
		EXPECT_FILLED(sparse + i + (i >> 20) * PAGE % (SPARSE / 64), PAGE, i, "sparse memory");
	for (n = 0, i = 0; i < 64; i++) {
		unsigned char resident[1] = { 0 };

		mincore(sparse + i * (SPARSE / 64) + (SPARSE / 128) / PAGE * PAGE, PAGE, resident);
		n += resident[0] & 1;
	}
	EXPECT(n < 4, "sparse memory was filled");
	expect_permissions(empty, "---p", "empty PROT_NONE");
	for (i = 0; i < 100 * PAGE && !zero[i]; i++)
		;
	EXPECT_EQ(i, 100 * PAGE, "zero pages");
	expect_permissions(code, "rwxp", "code");
#if defined(__x86_64__)
	EXPECT_EQ(((int (*)(void))code)(), 42, "code made at run time");
#endif
	expect_permissions(guarded, "---p", "first guard");
	expect_permissions(guarded + PAGE, "rw-p", "between the guards");
	expect_permissions(guarded + 4 * PAGE, "---p", "second guard");
	expect_permissions(guarded + 8 * PAGE, "r--p", "third guard");
	MUST(!mprotect(guarded, 9 * PAGE, PROT_READ));
	EXPECT_FILLED(guarded, 9 * PAGE, 5, "memory with guards");
	EXPECT_FILLED(fixed, 5 * PAGE, 6, "memory at a fixed address");
	EXPECT_FILLED(brk_start, 300 * PAGE + 123, 7, "program break");
	brk_start = (unsigned char *)syscall(SYS_brk, 0);
	EXPECT_EQ(syscall(SYS_brk, brk_start + 400 * PAGE), (long)brk_start + 400 * PAGE, "brk afterwards");
	return subject_end();
}
