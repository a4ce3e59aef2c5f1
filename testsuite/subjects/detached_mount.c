/* detached_mount.c - a file on a mount that is nowhere. */
/* flavours: dynamic */
/* refused: mount */
#include "subject.h"

int main(int argc, char **argv)
{
	int tree, fd;

	subject_init(argc, argv);
	MUST(!mkdir("folder", 0755) && (fd = open("folder/file", O_CREAT | O_RDWR, 0600)) >= 0 && !close(fd));
	tree = syscall(428, AT_FDCWD, "folder", 1 | O_CLOEXEC);
	if (tree < 0)
		SKIP("open_tree: %s", strerror(errno));
	fd = openat(tree, "file", O_RDWR);
	MUST(fd >= 0 && !close(tree));

	subject_freeze();

	EXPECT_EQ(write(fd, "x", 1), 1, "write");
	return subject_end();
}
