/* lock_mapped.c - a lock of an open file that was closed, and that a mapping keeps: no descriptor tells of it. */
/* flavours: dynamic */
/* refused: lock */
/* says: refused +lock +pid [0-9]+ +it has by a mapping a lock of file */
#include "subject.h"
#include <sys/file.h>
#include <sys/mman.h>

int main(int argc, char **argv)
{
	int fd;

	subject_init(argc, argv);
	fd = open("file", O_CREAT | O_RDWR, 0640);
	MUST(fd >= 0 && write(fd, "data", 4) == 4 && !flock(fd, LOCK_EX));
	MUST(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) != MAP_FAILED && !close(fd));

	subject_freeze();

	fd = open("file", O_RDWR);
	EXPECT(flock(fd, LOCK_SH | LOCK_NB) == -1 && errno == EWOULDBLOCK, "the lock is gone");
	return subject_end();
}
