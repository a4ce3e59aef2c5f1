/* posix_shm.c - memory shared by the name of a file in /dev/shm, between a parent and a child that mapped it themselves. */
/* flavours: dynamic */
/* once: removes its file when it verifies */
/* libs: -lrt */
#include "subject.h"
#include <sys/mman.h>

static char name[40];

static volatile char *map(int fd)
{
	void *p = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	MUST(p != MAP_FAILED);
	close(fd);
	return p;
}

int main(int argc, char **argv)
{
	volatile char *p;
	int ready[2], fd;
	pid_t child;
	char c;

	subject_init(argc, argv);
	snprintf(name, sizeof(name), "/cr-subject-%d", (int)getpid());
	fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
	if (fd < 0)
		SKIP("shm_open: %s", strerror(errno));
	MUST(!ftruncate(fd, 65536) && !pipe(ready));
	p = map(fd);
	subject_fill((void *)p, 65536, 1);
	p[0] = 0;
	child = fork();
	if (!child) {
		munmap((void *)p, 65536);
		p = map(shm_open(name, O_RDWR, 0));
		write(ready[1], "x", 1);
		while (!p[0])
			subject_nap(1);
		p[65535] = 77;
		_exit(0);
	}
	MUST(read(ready[0], &c, 1) == 1);

	subject_freeze();

	EXPECT_FILLED((char *)p + 8, 65520, 2, "shared memory");
	p[0] = 1;
	subject_reap(child, 0);
	EXPECT_EQ(p[65535], 77, "what the child wrote");
	shm_unlink(name);
	return subject_end();
}
