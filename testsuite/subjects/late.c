/* late.c - a handler and a FIFO, for what comes while the process stands: its folder tells in "signals" and "bytes" what has to have come. */
/* flavours: dynamic */
#include "subject.h"

static volatile sig_atomic_t signals;

static void count(int signo)
{
	signals += signo == SIGUSR1;
}

/* The first number of a file; 0 when it is not there. */
static long number_in(const char *file)
{
	char text[32] = "";
	int fd = open(file, O_RDONLY | O_CLOEXEC);

	if (fd >= 0 && read(fd, text, sizeof(text) - 1) < 0)
		text[0] = '\0';
	close(fd);
	return atol(text);
}

int main(int argc, char **argv)
{
	size_t size = (argc > 4 ? (size_t)atol(argv[4]) : 1) << 20;	/* MiB that no compression makes smaller */
	char text[100], *memory;
	int fifo;

	subject_init(argc, argv);
	memory = malloc(size);
	MUST(memory && !mkfifo("fifo", 0600));
	subject_fill(memory, size, 1);
	fifo = open("fifo", O_RDWR | O_NONBLOCK);
	MUST(fifo >= 0 && signal(SIGUSR1, count) != SIG_ERR);

	subject_freeze();

	EXPECT_EQ(signals, number_in("signals"), "signals that came");
	EXPECT_EQ(read(fifo, text, sizeof(text)), number_in("bytes") ? number_in("bytes") : -1, "bytes in the FIFO");
	EXPECT_FILLED(memory, size, 1, "memory");
	return subject_end();
}
