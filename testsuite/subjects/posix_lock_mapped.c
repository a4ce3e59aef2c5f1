/* posix_lock_mapped.c - record locks of a file that is mapped to be written, too, as those of a database are. */
/* flavours: dynamic */
/* refused: lock */
/* says: refused +lock +pid [0-9]+ fd 0 +a POSIX lock on .*file */
#include "subject.h"
#include <sys/mman.h>

int main(int argc, char **argv)
{
	struct flock lock = { .l_type = F_WRLCK, .l_start = 120, .l_len = 1 }, shared = { .l_type = F_RDLCK, .l_start = 128, .l_len = 1 };
	char *mapped;
	int fd;
	pid_t child;

	subject_init(argc, argv);
	close(0);
	fd = open("file", O_CREAT | O_RDWR, 0640);
	MUST(fd == 0 && write(fd, "data", 4) == 4 && !fcntl(fd, F_SETLK, &lock) && !fcntl(fd, F_SETLK, &shared));
	mapped = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	MUST(mapped != MAP_FAILED);

	subject_freeze();

	EXPECT(!memcmp(mapped, "data", 4), "the mapping has changed");
	child = fork();
	if (!child)
		_exit(fcntl(fd, F_GETLK, &lock) || lock.l_type != F_WRLCK || lock.l_pid != getppid());
	subject_reap(child, 0);
	return subject_end();
}
