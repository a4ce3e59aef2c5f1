/* unlinked_mapped.c - files that are mapped, closed and unlinked: private and shared. */
/* flavours: dynamic */
/* refused: unlinked */
#include "subject.h"
#include <sys/mman.h>

int main(int argc, char **argv)
{
	char text[20000], *private, *shared;
	int fd;

	subject_init(argc, argv);
	fd = open("file", O_CREAT | O_RDWR, 0640);
	subject_fill(text, sizeof(text), 1);
	MUST(fd >= 0 && write(fd, text, sizeof(text)) == sizeof(text));
	private = mmap(NULL, sizeof(text), PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	shared = mmap(NULL, sizeof(text), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	MUST(private != MAP_FAILED && shared != MAP_FAILED && !close(fd) && !unlink("file"));
	subject_fill(private + 4096, 4096, 2);

	subject_freeze();

	EXPECT_FILLED(private + 4096, 4096, 2, "changed page");
	EXPECT_FILLED(shared, sizeof(text), 1, "shared mapping");
	EXPECT(!memcmp(private, shared, 4096), "unchanged page");
	return subject_end();
}
