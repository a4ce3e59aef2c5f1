/* directory_ramfs.c - a folder that is read half way where the place in it is the number of the entry: names would be missed. */
/* flavours: dynamic */
/* refused: directory */
/* says: refused +directory +pid [0-9]+ fd 3 +half read, and ramfs keeps no place */
/* needs: a mount namespace of its own */
#include "subject.h"
#include <sys/mount.h>

int main(int argc, char **argv)
{
	char buffer[64];

	subject_init(argc, argv);
	MUST(!mkdir("ram", 0755));
	if (mount("subject", "ram", "ramfs", 0, NULL))
		SKIP("mount of a ramfs: %s", strerror(errno));
	MUST(open("ram", O_RDONLY | O_DIRECTORY) == 3 && !mkdir("ram/a", 0755) && !mkdir("ram/b", 0755));
	MUST(syscall(SYS_getdents64, 3, buffer, sizeof(buffer)) > 0 && lseek(3, 0, SEEK_CUR) > 0);

	subject_freeze();

	EXPECT(syscall(SYS_getdents64, 3, buffer, sizeof(buffer)) > 0, "the rest of it");
	umount2("ram", MNT_DETACH);
	return subject_end();
}
