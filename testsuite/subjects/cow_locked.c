/* cow_locked.c - 4 MiB that a parent has locked, and shares with four children since fork: still locked and shared afterwards. */
/* flavours: dynamic */
#include "subject.h"
#include <sys/mman.h>

#define CHILDREN 4
#define SIZE (4UL << 20)

static long kb(const char *file, const char *key)
{
	return strtol(subject_proc(file, key), NULL, 10);
}

int main(int argc, char **argv)
{
	unsigned char *memory;
	pid_t child[CHILDREN];
	int stay[2];
	char c;

	subject_init(argc, argv);
	MUST(!pipe(stay));
	memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	MUST(memory != MAP_FAILED);
	subject_fill(memory, SIZE, 1);
	if (mlock(memory, SIZE))
		SKIP("mlock: %s", strerror(errno));
	for (int n = 0; n < CHILDREN; n++) {
		child[n] = fork();
		MUST(child[n] >= 0);
		if (child[n])
			continue;
		close(stay[1]);
		subject_wait();
		EXPECT_FILLED(memory, SIZE, 1, "a shared page");
		_exit(read(stay[0], &c, 1) ? 1 : 0);	/* until the parent has looked */
	}

	subject_freeze();

	EXPECT_EQ(kb("self/status", "VmLck:"), (long)(SIZE >> 10), "VmLck");
	if (kb("self/smaps_rollup", "Pss:") >= (long)(SIZE >> 10) * 9 / 10)
		EXPECT(0, "the children's pages are shared no more: Pss is %ld kB", kb("self/smaps_rollup", "Pss:"));
	EXPECT_FILLED(memory, SIZE, 1, "a shared page");
	close(stay[1]);
	for (int n = 0; n < CHILDREN; n++)
		subject_reap(child[n], 0);
	return subject_end();
}
