/* pipe_unread.c - a pipe and a FIFO with data in them that nobody has open for reading: who opens them again gets it. */
/* flavours: dynamic */
/* refused: pipe */
/* says: fd 4 .*holds 4 bytes.*read it first */
/* says: fd 5 .*holds 5 bytes.*read it first */
#include "subject.h"

int main(int argc, char **argv)
{
	char text[16] = "";
	int p[2], reader, fifo;

	subject_init(argc, argv);
	MUST(!pipe(p) && p[1] == 4 && write(p[1], "pipe", 4) == 4);
	close(p[0]);
	MUST(!mkfifo("fifo", 0600));
	reader = open("fifo", O_RDONLY | O_NONBLOCK);
	fifo = open("fifo", O_WRONLY);
	MUST(reader == 3 && fifo == 5 && write(fifo, "FIFO!", 5) == 5);
	close(reader);

	subject_freeze();

	reader = open("/proc/self/fd/4", O_RDONLY | O_NONBLOCK);
	EXPECT(read(reader, text, sizeof(text)) == 4 && !memcmp(text, "pipe", 4), "the pipe has lost its data");
	close(reader);
	reader = open("fifo", O_RDONLY | O_NONBLOCK);
	EXPECT(read(reader, text, sizeof(text)) == 5 && !memcmp(text, "FIFO!", 5), "the FIFO has lost its data");
	return subject_end();
}
