/* mlock.c - memory that may not be swapped out: at once, and page by page as it is touched (MLOCK_ONFAULT), and where there is nothing. */
/* flavours: dynamic */
/* units: vma_flags */
#include "subject.h"
#include <sys/mman.h>

#define SIZE 65536UL

int main(int argc, char **argv)
{
	char *p, *q, *r;
	long before;
	int fd;

	subject_init(argc, argv);
	p = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	q = mmap(NULL, 3 * SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	fd = open("short", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	MUST(fd >= 0 && !ftruncate(fd, 4096));
	r = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	MUST(p != MAP_FAILED && q != MAP_FAILED && r != MAP_FAILED);
	subject_fill(p, SIZE, 1);
	if (mlock(p, SIZE) || syscall(SYS_mlock2, q + SIZE, SIZE, 1))
		SKIP("mlock: %s", strerror(errno));
	MUST(mlock(r, SIZE) < 0);	/* but locked it is, as by mlockall(2), which says nothing */
	q[SIZE] = 9;
	before = strtol(subject_proc("self/status", "VmLck:"), NULL, 10);
	MUST(before >= (long)(3 * SIZE / 1024));

	subject_freeze();

	EXPECT_FILLED(p, SIZE, 1, "locked memory");
	EXPECT_EQ(q[SIZE], 9, "locked memory");
	EXPECT_EQ(strtol(subject_proc("self/status", "VmLck:"), NULL, 10), before, "VmLck");
	return subject_end();
}
