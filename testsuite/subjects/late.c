/* late.c - a handler, a FIFO, files, open or mapped, and folders, for what comes while it stands: "signals" and "bytes" tell what has to have come. */
/* flavours: dynamic */
#include "subject.h"
#include <sys/mman.h>

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

static int make_file(const char *name)
{
	int fd = open(name, O_CREAT | O_RDWR, 0600);

	MUST(fd >= 0 && write(fd, "as it was", 10) == 10);
	return fd;
}

int main(int argc, char **argv)
{
	size_t size = (argc > 4 ? (size_t)atol(argv[4]) : 1) << 20;	/* MiB that no compression makes smaller */
	char text[100], *memory;
	int fifo, mapped;

	subject_init(argc, argv);
	memory = malloc(size);
	MUST(memory && !mkfifo("fifo", 0600));
	subject_fill(memory, size, 1);
	fifo = open("fifo", O_RDWR | O_NONBLOCK);
	make_file("open");
	mapped = make_file("mapped");
	MUST(mmap(NULL, 1, PROT_READ, MAP_PRIVATE, mapped, 0) != MAP_FAILED && !close(mapped));
	MUST(!mkdir("folder", 0700) && open("folder", O_RDONLY | O_DIRECTORY) >= 0);
	make_file("place");
	MUST(open("place", O_PATH) >= 0);
	MUST(!mkdir("cwd", 0700) && !chdir("cwd"));
	MUST(fifo >= 0 && signal(SIGUSR1, count) != SIG_ERR);
	MUST(signal(SIGWINCH, count) != SIG_ERR && signal(SIGCONT, count) != SIG_ERR);

	subject_freeze();

	MUST(!chdir(".."));
	/* What was sent to who restores comes a little later. */
	for (int n = 0; signals < number_in("signals") && n < 1000; n++)
		subject_nap(5);
	EXPECT_EQ(signals, number_in("signals"), "signals that came");
	EXPECT_EQ(read(fifo, text, sizeof(text)), number_in("bytes") ? number_in("bytes") : -1, "bytes in the FIFO");
	EXPECT_FILLED(memory, size, 1, "memory");
	return subject_end();
}
