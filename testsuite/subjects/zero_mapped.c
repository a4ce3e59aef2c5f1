/* zero_mapped.c - /dev/zero mapped privately: memory with the name of a device. */
/* flavours: dynamic */
/* refused: device */
/* told: root */
#include "subject.h"
#include <sys/mman.h>

int main(int argc, char **argv)
{
	char *p;
	int fd;

	subject_init(argc, argv);
	fd = open("/dev/zero", O_RDWR);
	p = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	MUST(fd >= 0 && p != MAP_FAILED && !close(fd));
	subject_fill(p, 4096, 1);

	subject_freeze();

	EXPECT_FILLED(p, 4096, 1, "memory");
	EXPECT_EQ(p[10000], 0, "memory that was not touched");
	return subject_end();
}
