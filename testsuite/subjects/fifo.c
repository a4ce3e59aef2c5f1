/* fifo.c - named pipes: one open at both ends with contents, one between processes, a reader that waits for a writer's data. */
/* flavours: dynamic musl */
#include "subject.h"
#include <sys/ioctl.h>

int main(int argc, char **argv)
{
	int both, reader, writer, n = -1, path;
	char text[5000];
	struct stat a, b;
	pid_t child;

	subject_init(argc, argv);
	MUST(!mkfifo("both", 0600) && !mkfifo("between", 0640));
	both = open("both", O_RDWR | O_NONBLOCK);
	MUST(both >= 0 && fcntl(both, F_SETPIPE_SZ, 8192) == 8192);
	subject_fill(text, 4444, 1);
	MUST(write(both, text, 4444) == 4444);
	path = open("both", O_PATH);
	child = fork();
	if (!child) {
		reader = open("between", O_RDONLY);
		subject_wait();
		EXPECT_EQ(read(reader, text, sizeof(text)), 3000, "contents of a fifo");
		EXPECT_FILLED(text, 3000, 2, "contents of a fifo");
		EXPECT_EQ(read(reader, text, sizeof(text)), 10, "what came afterwards");
		EXPECT_EQ(read(reader, text, sizeof(text)), 0, "end of file");
		_exit(0);
	}
	writer = open("between", O_WRONLY | O_CLOEXEC);
	subject_fill(text, 3000, 2);
	MUST(writer >= 0 && write(writer, text, 3000) == 3000);

	subject_freeze();

	EXPECT(!ioctl(both, FIONREAD, &n) && n == 4444, "bytes in the fifo: %d", n);
	EXPECT_EQ(read(both, text, sizeof(text)), 4444, "read of a fifo");
	EXPECT_FILLED(text, 4444, 1, "fifo");
	EXPECT_EQ(fcntl(both, F_GETPIPE_SZ), 8192, "capacity");
	EXPECT_EQ(fcntl(both, F_GETFL) & (O_ACCMODE | O_NONBLOCK), O_RDWR | O_NONBLOCK, "flags");
	EXPECT(!fstat(path, &a) && !stat("both", &b) && a.st_ino == b.st_ino, "O_PATH of a fifo");
	subject_nap(30);	/* the child has read what was there */
	EXPECT_EQ(write(writer, "afterwards", 10), 10, "write to a fifo");
	close(writer);
	subject_reap(child, 0);
	return subject_end();
}
