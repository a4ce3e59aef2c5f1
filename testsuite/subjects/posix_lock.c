/* posix_lock.c - record locks of a process: two ranges of one file, and OFD locks of a description. */
/* flavours: dynamic */
/* refused: lock */
#include "subject.h"

static struct flock range(short type, long from, long len)
{
	return (struct flock){ .l_type = type, .l_whence = SEEK_SET, .l_start = from, .l_len = len };
}

int main(int argc, char **argv)
{
	struct flock write_lock = range(F_WRLCK, 0, 10), read_lock = range(F_RDLCK, 50, 5), ofd_lock = range(F_WRLCK, 100, 0), ask;
	int fd, ofd;
	pid_t child;

	subject_init(argc, argv);
	fd = open("file", O_CREAT | O_RDWR, 0640);
	ofd = open("file", O_RDWR);
	MUST(!fcntl(fd, F_SETLK, &write_lock) && !fcntl(fd, F_SETLK, &read_lock) && !fcntl(ofd, F_OFD_SETLK, &ofd_lock));

	subject_freeze();

	child = fork();
	if (!child) {
		int f = open("file", O_RDWR);

		ask = range(F_RDLCK, 0, 1);
		EXPECT(!fcntl(f, F_GETLK, &ask) && ask.l_type == F_WRLCK && ask.l_pid == getppid() && ask.l_len == 10, "the write lock is gone");
		ask = range(F_WRLCK, 50, 1);
		EXPECT(!fcntl(f, F_GETLK, &ask) && ask.l_type == F_RDLCK && ask.l_len == 5, "the read lock is gone");
		ask = range(F_RDLCK, 200, 1);
		EXPECT(!fcntl(f, F_GETLK, &ask) && ask.l_type == F_WRLCK && ask.l_pid == -1, "the OFD lock is gone");
		_exit(0);
	}
	subject_reap(child, 0);
	return subject_end();
}
