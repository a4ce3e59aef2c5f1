/* lock_mapped_ended.c - as lock_mapped.c, but the process that took the lock has ended. */
/* flavours: dynamic */
/* refused: lock */
/* says: refused +lock +pid [0-9]+ +it has by a mapping a lock of file */
#include "subject.h"
#include <sys/file.h>
#include <sys/mman.h>

static int is_shown(int fd)
{
	FILE *locks = fopen("/proc/locks", "r");
	char line[256], inode[32];
	struct stat st;
	int found = 0;

	MUST(locks && !fstat(fd, &st));
	snprintf(inode, sizeof(inode), ":%llu ", (unsigned long long)st.st_ino);
	while (fgets(line, sizeof(line), locks))
		found |= strstr(line, inode) != NULL;
	fclose(locks);
	return found;
}

int main(int argc, char **argv)
{
	int fd;
	pid_t pid;

	subject_init(argc, argv);
	fd = open("file", O_CREAT | O_RDWR, 0640);
	MUST(fd >= 0 && write(fd, "data", 4) == 4);
	pid = fork();
	if (!pid)
		_exit(flock(fd, LOCK_EX) != 0);
	MUST(pid > 0 && waitpid(pid, NULL, 0) == pid);
	if (!is_shown(fd))
		SKIP("only in the first pid namespace /proc/locks tells of who has ended");
	MUST(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) != MAP_FAILED && !close(fd));

	subject_freeze();

	fd = open("file", O_RDWR);
	EXPECT(flock(fd, LOCK_SH | LOCK_NB) == -1 && errno == EWOULDBLOCK, "the lock is gone");
	return subject_end();
}
