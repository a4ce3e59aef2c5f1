/* mdwe.c - a process that may never make memory executable that it can write (PR_SET_MDWE). */
/* flavours: dynamic */
#include "subject.h"
#include <sys/mman.h>
#include <sys/prctl.h>

int main(int argc, char **argv)
{
	void *p;

	subject_init(argc, argv);
	if (prctl(65, 1, 0, 0, 0))
		SKIP("PR_SET_MDWE: %s", strerror(errno));

	subject_freeze();

	EXPECT_EQ(prctl(66, 0, 0, 0, 0), 1, "PR_GET_MDWE");
	p = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	EXPECT(p == MAP_FAILED && errno == EACCES, "memory that can be written and executed");
	return subject_end();
}
