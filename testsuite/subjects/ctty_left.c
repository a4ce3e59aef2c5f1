/* ctty_left.c - a child that has left the terminal of its session: whoever is born into the session would have it. */
/* flavours: dynamic */
/* refused: tty */
/* says: refused +tty +pid [0-9]+ +it or the root has left the terminal of its session */
#include "subject.h"
#include <sys/ioctl.h>

static int has_terminal(void)
{
	int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

	return fd >= 0 && !close(fd);
}

static void in_the_tree(void)
{
	int ready[2], go[2];
	char byte;
	pid_t child;

	MUST(!pipe(ready) && !pipe(go) && (child = fork()) >= 0);
	if (!child) {
		int fd = open("/dev/tty", O_RDWR | O_NOCTTY);

		MUST(fd >= 0 && !ioctl(fd, TIOCNOTTY) && !close(fd) && !has_terminal());
		MUST(write(ready[1], "", 1) == 1 && read(go[0], &byte, 1) == 1);
		EXPECT(!has_terminal(), "the child has a terminal");
		_exit(0);
	}
	MUST(read(ready[0], &byte, 1) == 1);

	subject_freeze();

	EXPECT(has_terminal(), "/dev/tty: %s", strerror(errno));
	EXPECT(write(go[1], "", 1) == 1, "write: %s", strerror(errno));
	subject_reap(child, 0);
}

int main(int argc, char **argv)
{
	int master, fd;
	char *name;
	pid_t root;

	subject_init(argc, argv);
	master = posix_openpt(O_RDWR | O_NOCTTY);
	MUST(master >= 0 && !grantpt(master) && !unlockpt(master) && (name = ptsname(master)));
	if (getsid(0) != getpid())
		MUST(setsid() == getpid());
	fd = open(name, O_RDWR);
	MUST(fd >= 0 && !ioctl(fd, TIOCSCTTY, 0));
	root = fork();
	MUST(root >= 0);
	if (!root) {
		close(master);
		close(fd);
		in_the_tree();
		_exit(subject_end());
	}
	waitpid(root, NULL, 0);
	return 0;
}
