/* immutable.c - files that were opened or mapped for writing before they became immutable or append-only: nobody can do so again. */
/* flavours: dynamic */
/* refused: regular */
/* says: refused +regular +pid [0-9]+ fd 3 +.*[/]immutable may not be opened again as it is */
/* says: refused +regular +pid [0-9]+ fd 4 +.*[/]growing may not be opened again as it is */
/* says: refused +regular +pid [0-9]+ [0-9a-f]+-[0-9a-f]+ .*[/]mapped +the file may not be opened again */
/* needs: a file system with these attributes */
#include "subject.h"
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

/* 0 or errno. */
static int attribute(const char *file, int flag, int on)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC), flags = 0, ret;

	ret = fd < 0 || ioctl(fd, FS_IOC_GETFLAGS, &flags);
	flags = on ? flags | flag : flags & ~flag;
	ret = ret || ioctl(fd, FS_IOC_SETFLAGS, &flags) ? errno : 0;
	close(fd);
	return ret;
}

int main(int argc, char **argv)
{
	int fixed, growing, fd, failed;
	char *map, text[10];

	subject_init(argc, argv);
	fixed = open("immutable", O_RDWR | O_CREAT, 0600);
	growing = open("growing", O_RDWR | O_CREAT, 0600);
	MUST(fixed == 3 && growing == 4 && write(fixed, "fixed", 5) == 5);
	fd = open("mapped", O_RDWR | O_CREAT, 0600);
	MUST(!ftruncate(fd, 4096));
	map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	MUST(map != MAP_FAILED && !close(fd));
	failed = attribute("immutable", FS_IMMUTABLE_FL, 1);
	if (failed)
		SKIP("chattr: %s", strerror(failed));
	MUST(!attribute("growing", FS_APPEND_FL, 1) && !attribute("mapped", FS_IMMUTABLE_FL, 1));
	fd = open("growing", O_WRONLY | O_APPEND);		/* this one can be opened so again */
	MUST(fd == 5);

	subject_freeze();

	failed = attribute("immutable", FS_IMMUTABLE_FL, 0) | attribute("growing", FS_APPEND_FL, 0) | attribute("mapped", FS_IMMUTABLE_FL, 0);
	EXPECT_EQ(failed, 0, "taking the attributes away");
	strcpy(map, "kept");
	EXPECT(pread(fixed, text, 10, 0) == 5 && pwrite(fixed, "F", 1, 0) == 1 && write(growing, "x", 1) == 1 && write(fd, "y", 1) == 1, "writing");
	return subject_end();
}
