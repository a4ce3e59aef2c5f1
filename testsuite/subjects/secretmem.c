/* secretmem.c - memory that the kernel itself cannot see (memfd_secret). */
/* flavours: dynamic */
/* refused: secretmem */
#include "subject.h"
#include <sys/mman.h>

int main(int argc, char **argv)
{
	char *p;
	int fd;

	subject_init(argc, argv);
	fd = syscall(447, O_CLOEXEC);
	if (fd < 0)
		SKIP("memfd_secret: %s", strerror(errno));
	MUST(!ftruncate(fd, 8192));
	p = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	MUST(p != MAP_FAILED);
	subject_fill(p, 8192, 1);

	subject_freeze();

	EXPECT_FILLED(p, 8192, 1, "secret memory");
	return subject_end();
}
