/* cow_outside.c - 8 MiB that are shared since fork with somebody outside of the tree: who is left running shares them still. */
/* flavours: dynamic */
#include "subject.h"
#include <sys/mman.h>

#define SIZE (8UL << 20)

/* A process that was restored began later. */
static unsigned long long start_time(void)
{
	char text[4096], *p;
	int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC), n = (int)read(fd, text, sizeof(text) - 1);

	MUST(n > 0);
	close(fd);
	text[n] = '\0';
	p = strrchr(text, ')');
	for (int field = 2; p && field < 22; field++)
		p = strchr(p + 1, ' ');
	MUST(p);
	return strtoull(p, NULL, 10);
}

int main(int argc, char **argv)
{
	unsigned char *memory;
	unsigned long long began = start_time();
	pid_t outsider;

	subject_init(argc, argv);
	memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	MUST(memory != MAP_FAILED);
	subject_fill(memory, SIZE, 1);
	outsider = fork();
	MUST(outsider >= 0);
	if (!outsider) {
		if (fork())
			_exit(0);
		setsid();
		subject_wait();
		subject_nap(2000);
		_exit(0);
	}
	subject_reap(outsider, 0);

	subject_freeze();

	if (start_time() == began) {
		long pss = strtol(subject_proc("self/smaps_rollup", "Pss:"), NULL, 10);

		if (pss >= (long)(SIZE >> 10) * 9 / 10)
			EXPECT(0, "the pages are shared no more: Pss is %ld kB", pss);
	}
	EXPECT_FILLED(memory, SIZE, 1, "a page");
	return subject_end();
}
