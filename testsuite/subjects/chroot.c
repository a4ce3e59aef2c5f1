/* chroot.c - a child with another root folder. */
/* flavours: dynamic */
/* refused: mount */
/* says: refused +mount +pid [0-9]+ [/][^ ]*jail +it has another root folder .*run cr in the same chroot, if that is a mount */
/* needs: CAP_SYS_CHROOT */
#include "subject.h"

int main(int argc, char **argv)
{
	int go[2], up[2];
	struct stat st;
	pid_t child;
	char c;

	subject_init(argc, argv);
	MUST(!mkdir("jail", 0755) && !mkdir("jail/inside", 0755) && !pipe(go) && !pipe(up));
	child = fork();
	if (!child) {
		close(go[1]);
		if (chroot("jail") || chdir("/") || write(up[1], "x", 1) != 1)
			_exit(9);
		read(go[0], &c, 1);
		_exit(stat("/inside", &st) ? 1 : 0);
	}
	close(up[1]);
	close(go[0]);
	if (read(up[0], &c, 1) != 1)
		SKIP("chroot does not work here");

	subject_freeze();

	close(go[1]);
	subject_reap(child, 0);
	return subject_end();
}
