/* madvise.c - advice that stays with a mapping: not for a child, empty in a child, no dump, huge pages or none, read-ahead, locked. */
/* flavours: dynamic */
/* units: vma_flags */
#include "subject.h"
#include <sys/mman.h>

#define SIZE 65536UL

static const struct { int advice; const char *name; } advice[] = {
	{ MADV_DONTFORK, "DONTFORK" }, { 18, "WIPEONFORK" }, { MADV_DONTDUMP, "DONTDUMP" }, { MADV_HUGEPAGE, "HUGEPAGE" },
	{ MADV_NOHUGEPAGE, "NOHUGEPAGE" }, { MADV_MERGEABLE, "MERGEABLE" }, { MADV_RANDOM, "RANDOM" }, { MADV_SEQUENTIAL, "SEQUENTIAL" },
};
enum { N = sizeof(advice) / sizeof(*advice) };

/* The VmFlags of the mapping at ADDRESS. */
static void flags_of(const void *address, char *out, size_t size)
{
	char line[600], start[40];
	FILE *f = fopen("/proc/self/smaps", "re");
	int found = 0;

	snprintf(start, sizeof(start), "%lx-", (unsigned long)address);
	*out = 0;
	while (f && fgets(line, sizeof(line), f)) {
		if (!strncmp(line, start, strlen(start)))
			found = 1;
		if (found && !strncmp(line, "VmFlags:", 8)) {
			snprintf(out, size, "%.190s", line + 8);
			break;
		}
	}
	fclose(f);
}

int main(int argc, char **argv)
{
	char before[N][200], now[200], *p[N];
	pid_t child;
	int i;

	subject_init(argc, argv);
	for (i = 0; i < N; i++) {
		p[i] = mmap((void *)(0x200000000000UL + i * 4 * SIZE), SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
		MUST(p[i] != MAP_FAILED);
		subject_fill(p[i], SIZE, i);
		madvise(p[i], SIZE, advice[i].advice);	/* one that this kernel does not know changes nothing */
		flags_of(p[i], before[i], sizeof(before[i]));
	}

	subject_freeze();

	for (i = 0; i < N; i++) {
		flags_of(p[i], now, sizeof(now));
		EXPECT(!strcmp(now, before[i]), "%s: VmFlags are%s, were%s", advice[i].name, now, before[i]);
		EXPECT_FILLED(p[i], SIZE, i, advice[i].name);
	}
	child = fork();
	if (!child) {
		if (p[1][100])
			_exit(1);
		p[0][0] = 1;	/* is not there */
		_exit(2);
	}
	subject_reap(child, SIGSEGV);
	return subject_end();
}
