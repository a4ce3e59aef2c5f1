/* covered.c - a working folder and descriptors below a mount of the very same folder: device and inode are equal, the mount is another. */
/* flavours: dynamic */
/* refused: mount */
/* says: refused +mount +pid [0-9]+ .*[/]folder +.*covered by a mount */
/* says: refused +directory +pid [0-9]+ fd 3 +.*[/]folder leads to another */
/* says: refused +opath +pid [0-9]+ fd 4 +.*[/]folder leads to another */
/* says: refused +regular +pid [0-9]+ fd 5 +.*[/]folder[/]file leads to another */
/* needs: a mount namespace of its own */
#include "subject.h"
#include <sys/mount.h>

int main(int argc, char **argv)
{
	char path[PATH_MAX];

	subject_init(argc, argv);
	MUST(!mkdir("folder", 0755) && !chdir("folder") && getcwd(path, sizeof(path)));
	MUST(open(".", O_RDONLY | O_DIRECTORY) == 3 && open(".", O_PATH) == 4 && open("file", O_CREAT | O_RDWR, 0600) == 5);
	if (mount(path, path, NULL, MS_BIND, NULL))
		SKIP("mount: %s", strerror(errno));
	MUST(!mount(NULL, path, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL));

	subject_freeze();

	EXPECT_EQ(write(5, "x", 1), 1, "write");
	EXPECT(!mkdir("made", 0755) && !mkdirat(3, "made/3", 0755) && !mkdirat(4, "made/4", 0755), "a folder where all others may only read");
	umount2(path, MNT_DETACH);
	return subject_end();
}
