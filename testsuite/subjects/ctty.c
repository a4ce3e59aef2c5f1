/* ctty.c - a session in the tree whose controlling terminal nobody in it has open: /dev/tty leads there all the same. */
/* flavours: dynamic */
/* refused: pty */
#include "subject.h"
#include <sys/ioctl.h>

static int has_terminal(void)
{
	int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

	return fd >= 0 && !close(fd);
}

int main(int argc, char **argv)
{
	int master, status, fd;
	char *name;
	pid_t root;

	subject_init(argc, argv);
	master = posix_openpt(O_RDWR | O_NOCTTY);
	MUST(master >= 0 && !grantpt(master) && !unlockpt(master) && (name = ptsname(master)));
	root = fork();
	MUST(root >= 0);
	if (!root) {
		close(master);
		MUST(setsid() == getpid());
		fd = open(name, O_RDWR);
		MUST(fd >= 0 && !ioctl(fd, TIOCSCTTY, 0));
		close(fd);
		MUST(has_terminal());

		subject_freeze();

		EXPECT(has_terminal(), "/dev/tty: %s", strerror(errno));
		_exit(subject_end());
	}
	waitpid(root, &status, 0);
	return 0;
}
