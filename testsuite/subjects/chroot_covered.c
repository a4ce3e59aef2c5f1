/* chroot_covered.c - a child whose root is called "/" like any other, but is a mount over it: the same folder, read-only. */
/* flavours: dynamic */
/* refused: mount */
/* says: refused +mount +pid [0-9]+ [/] .*another root folder */
/* needs: a mount namespace of its own, CAP_SYS_CHROOT */
#include "subject.h"
#include <sys/mount.h>
#include <sys/statvfs.h>

int main(int argc, char **argv)
{
	struct statvfs fs;
	int go[2], up[2];
	pid_t child;
	char c;

	subject_init(argc, argv);
	MUST(!pipe(go) && !pipe(up));
	if (mount("/", "/", NULL, MS_BIND, NULL))
		SKIP("mount: %s", strerror(errno));
	/* ".." leads onto what is mounted over the root. */
	MUST(!mount(NULL, "/..", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL));
	child = fork();
	if (!child) {
		close(go[1]);
		if (chroot("/..") || write(up[1], "x", 1) != 1)
			_exit(9);
		read(go[0], &c, 1);
		_exit(statvfs("/", &fs) || !(fs.f_flag & ST_RDONLY));
	}
	close(up[1]);
	close(go[0]);
	MUST(read(up[0], &c, 1) == 1 && !umount2("/..", MNT_DETACH));

	subject_freeze();

	close(go[1]);
	subject_reap(child, 0);
	return subject_end();
}
