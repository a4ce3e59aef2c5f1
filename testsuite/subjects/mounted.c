/* mounted.c - a working folder, a folder and an O_PATH descriptor on a mount; below it are folders of the same names. */
/* flavours: dynamic */
/* run: mounts */
/* needs: a mount namespace of its own */
#include "subject.h"
#include <sys/mount.h>

int main(int argc, char **argv)
{
	struct stat st;

	subject_init(argc, argv);
	MUST(!mkdir("disk", 0755) && !mkdir("disk/folder", 0755) && !mkdir("real", 0755) && !mkdir("real/folder", 0755));
	if (mount("real", "disk", NULL, MS_BIND, NULL))
		SKIP("mount: %s", strerror(errno));
	MUST(!chdir("disk/folder") && open(".", O_RDONLY | O_DIRECTORY) == 3 && open("..", O_PATH) == 4 && !mkdir("made", 0755));

	subject_freeze();

	EXPECT(!stat("made", &st) && !fstatat(3, "made", &st, 0) && !fstatat(4, "folder/made", &st, 0), "another folder");
	return subject_end();
}
