/* directory.c - a folder that is read half way: the rest of its names comes afterwards, each of them once. */
/* flavours: dynamic */
#include "subject.h"
#include <sys/vfs.h>

#define N 400

static char seen[N];

/* One portion of the names. */
static long take(int fd)
{
	char buffer[1024];
	long n = syscall(SYS_getdents64, fd, buffer, sizeof(buffer));

	for (long at = 0; at < n; at += *(uint16_t *)(buffer + at + 16))
		if (buffer[at + 19] != '.')
			seen[atoi(buffer + at + 19) % N]++;
	return n;
}

int main(int argc, char **argv)
{
	struct statfs fs;
	char name[32];
	int fd, i;

	subject_init(argc, argv);
	MUST(!mkdir("folder", 0755) && (fd = open("folder", O_RDONLY | O_DIRECTORY)) >= 0 && !fstatfs(fd, &fs));
	if (fs.f_type != 0xef53 && fs.f_type != 0x58465342 && fs.f_type != 0x9123683e)
		SKIP("no place in a folder is kept by the file system here (%#lx)", (unsigned long)fs.f_type);
	for (i = 0; i < N; i++) {
		snprintf(name, sizeof(name), "folder/%d", i);
		MUST(!mkdir(name, 0755));
	}
	for (i = 0; i < 5; i++)
		MUST(take(fd) > 0);

	subject_freeze();

	while (take(fd) > 0)
		;
	for (i = 0; i < N; i++)
		EXPECT(seen[i] == 1, "name %d came %d times", i, seen[i]);
	return subject_end();
}
