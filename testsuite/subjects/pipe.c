/* pipe.c - pipes: contents, capacity, packets, non-blocking, full, ends elsewhere, an end that is closed. */
/* flavours: dynamic musl */
#include "subject.h"
#include <sys/ioctl.h>

static void put(int fd, size_t len, int seed)
{
	char *text = malloc(len);

	subject_fill(text, len, seed);
	MUST(write(fd, text, len) == (ssize_t)len);
	free(text);
}

static void take(int fd, size_t len, int seed, const char *what)
{
	char *text = calloc(1, len + 8);
	size_t have = 0;
	ssize_t n;

	while (have < len && (n = read(fd, text + have, len - have)) > 0)
		have += n;
	EXPECT_EQ(have, len, what);
	EXPECT_FILLED(text, len, seed, what);
	free(text);
}

static int filled(int fd)
{
	int n = -1;

	ioctl(fd, FIONREAD, &n);
	return n;
}

int main(int argc, char **argv)
{
	int again, both, plain[2], large[2], packet[2], full[2], noreader[2], nowriter[2], between[2], small[2], reopened[2], i, n;
	char text[5000];
	size_t stuffed = 0;
	pid_t child;

	subject_init(argc, argv);
	signal(SIGPIPE, SIG_IGN);
	MUST(pipe(plain) == 0);
	put(plain[1], 3333, 1);
	put(plain[1], 17, 2);
	MUST(pipe2(large, O_CLOEXEC | O_NONBLOCK) == 0);
	MUST(fcntl(large[1], F_SETPIPE_SZ, 1 << 20) == 1 << 20);
	put(large[1], 700001, 3);
	MUST(pipe2(packet, O_DIRECT) == 0);
	for (i = 1; i < 9; i++)
		put(packet[1], i * 10, i);
	MUST(pipe2(full, O_NONBLOCK) == 0);
	while (write(full[1], "12345678", 8) == 8)
		stuffed += 8;
	MUST(pipe(noreader) == 0 && close(noreader[0]) == 0);
	MUST(pipe(nowriter) == 0);
	put(nowriter[1], 500, 4);
	MUST(close(nowriter[1]) == 0);
	MUST(pipe(small) == 0 && fcntl(small[0], F_SETPIPE_SZ, 4096) == 4096);
	MUST(pipe(between) == 0);
	put(between[1], 2000, 5);
	MUST(!pipe(reopened));
	put(reopened[1], 1500, 7);
	snprintf(text, sizeof(text), "/proc/self/fd/%d", reopened[0]);
	again = open(text, O_RDONLY | O_NONBLOCK);	/* another description of the same end */
	both = open(text, O_RDWR);
	MUST(again >= 0 && both >= 0);
	child = fork();
	if (!child) {
		close(between[1]);
		subject_wait();
		take(between[0], 2000, 5, "pipe between processes");
		take(between[0], 1000, 6, "pipe between processes, afterwards");
		EXPECT_EQ(read(between[0], text, 1), 0, "end of file of a pipe whose writer closed");
		_exit(0);
	}
	close(between[0]);

	subject_freeze();

	put(between[1], 1000, 6);
	close(between[1]);
	subject_reap(child, 0);
	EXPECT_EQ(filled(plain[0]), 3350, "bytes in the pipe");
	take(plain[0], 3333, 1, "pipe");
	take(plain[0], 17, 2, "pipe, second write");
	EXPECT_EQ(filled(plain[0]), 0, "bytes in the emptied pipe");
	EXPECT_EQ(fcntl(plain[0], F_GETPIPE_SZ), 65536, "capacity");
	EXPECT_EQ(fcntl(large[0], F_GETPIPE_SZ), 1 << 20, "capacity of the large one");
	EXPECT_EQ(fcntl(large[0], F_GETFD), FD_CLOEXEC, "close-on-exec");
	EXPECT(fcntl(large[1], F_GETFL) & O_NONBLOCK, "O_NONBLOCK is gone");
	take(large[0], 700001, 3, "large pipe");
	EXPECT(read(large[0], text, 1) == -1 && errno == EAGAIN, "an empty non-blocking pipe");
	EXPECT(fcntl(packet[1], F_GETFL) & O_DIRECT, "packet mode is gone");
	for (i = 1; i < 9; i++) {
		n = read(packet[0], text, sizeof(text));
		EXPECT_EQ(n, i * 10, "length of a packet");
		EXPECT_FILLED(text, i * 10, i, "packet");
	}
	EXPECT(write(full[1], "x", 1) == -1 && errno == EAGAIN, "the full pipe is not full");
	EXPECT_EQ(filled(full[0]), stuffed, "bytes in the full pipe");
	EXPECT_EQ(read(full[0], text, 4096), 4096, "read from the full pipe");
	EXPECT_EQ(write(full[1], "x", 1), 1, "write to the pipe that was full");
	EXPECT(write(noreader[1], "x", 1) == -1 && errno == EPIPE, "a pipe without reader");
	take(nowriter[0], 500, 4, "pipe without writer");
	EXPECT_EQ(read(nowriter[0], text, 1), 0, "end of file of a pipe without writer");
	EXPECT_EQ(fcntl(small[1], F_GETPIPE_SZ), 4096, "capacity of the small one");
	EXPECT_EQ(fcntl(again, F_GETFL) & (O_NONBLOCK | O_ACCMODE), O_NONBLOCK, "flags of the end that was opened again");
	EXPECT_EQ(fcntl(both, F_GETFL) & (O_NONBLOCK | O_ACCMODE), O_RDWR, "flags of the pipe that was opened for both");
	EXPECT_EQ(fcntl(reopened[0], F_GETFL) & O_NONBLOCK, 0, "flags of the end as it was");
	take(again, 1000, 7, "the end that was opened again");
	EXPECT_EQ(filled(reopened[0]), 500, "what is left");
	EXPECT_EQ(write(both, "x", 1), 1, "write through both");
	return subject_end();
}
