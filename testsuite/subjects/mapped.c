/* mapped.c - files mapped: private with changed pages, read-only after a change, shared, at an offset, beyond the end, grown later. */
/* flavours: dynamic static musl */
/* once: writes its files when it verifies */
#include "subject.h"
#include <setjmp.h>
#include <sys/mman.h>

#define PAGE 4096UL

static sigjmp_buf back;
static void on_bus(int sig) { siglongjmp(back, sig); }

static int make_file(const char *name, size_t len, int seed)
{
	char *text = malloc(len);
	int fd = open(name, O_CREAT | O_RDWR | O_TRUNC | O_CLOEXEC, 0600);

	subject_fill(text, len, seed);
	MUST(fd >= 0 && write(fd, text, len) == (ssize_t)len);
	free(text);
	return fd;
}

static unsigned char *map(int fd, size_t len, int prot, int flags, size_t offset)
{
	void *p = mmap(NULL, len, prot, flags, fd, offset);

	MUST(p != MAP_FAILED);
	return p;
}

static void same_as_file(int fd, const unsigned char *memory, size_t offset, size_t len, const char *what)
{
	char *text = malloc(len);

	EXPECT(pread(fd, text, len, offset) == (ssize_t)len && !memcmp(text, memory, len), "%s: not what is in the file", what);
	free(text);
}

/* 1 when reading ADDRESS gives SIGBUS */
static int bus(volatile unsigned char *address)
{
	volatile int hit = 1;

	signal(SIGBUS, on_bus);
	if (!sigsetjmp(back, 1)) {
		(void)*address;
		hit = 0;
	}
	signal(SIGBUS, SIG_DFL);
	return hit;
}

int main(int argc, char **argv)
{
	unsigned char *private, *hidden, *shared, *shared_ro, *offset, *beyond, *untouched, *grown;
	int fd, fd_shared, fd_short;

	subject_init(argc, argv);
	fd = make_file("private", 100 * PAGE + 77, 1);
	private = map(fd, 101 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, 0);
	subject_fill(private + 10 * PAGE, 3 * PAGE, 50);
	subject_fill(private + 100 * PAGE, PAGE, 51);		/* the page of the end: also past the end */
	hidden = map(fd, 20 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, 0);
	subject_fill(hidden + 5 * PAGE, PAGE, 52);
	MUST(!mprotect(hidden, 10 * PAGE, PROT_READ) && !mprotect(hidden + 10 * PAGE, 10 * PAGE, PROT_NONE));
	untouched = map(fd, 20 * PAGE, PROT_READ, MAP_PRIVATE, 40 * PAGE);
	fd_shared = make_file("shared", 30 * PAGE, 2);
	shared = map(fd_shared, 30 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, 0);
	subject_fill(shared + 3 * PAGE, PAGE, 53);
	shared_ro = map(fd_shared, 30 * PAGE, PROT_READ, MAP_SHARED, 0);
	offset = map(fd_shared, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, 20 * PAGE);
	fd_short = make_file("short", 2 * PAGE + 100, 3);
	beyond = map(fd_short, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, 0);
	beyond[PAGE] ^= 0xff;
	grown = map(fd_short, 8 * PAGE, PROT_READ, MAP_SHARED, 0);
	close(fd_short);

	subject_freeze();

	EXPECT_FILLED(private + 10 * PAGE, 3 * PAGE, 50, "changed pages of a private mapping");
	EXPECT_FILLED(private + 100 * PAGE, PAGE, 51, "the last page of a private mapping");
	same_as_file(fd, private, 0, 10 * PAGE, "unchanged pages of a private mapping");
	same_as_file(fd, private + 13 * PAGE, 13 * PAGE, 87 * PAGE, "unchanged pages after them");
	EXPECT_FILLED(hidden + 5 * PAGE, PAGE, 52, "a changed page that became read-only");
	same_as_file(fd, untouched, 40 * PAGE, 20 * PAGE, "untouched private mapping");
	EXPECT_FILLED(shared + 3 * PAGE, PAGE, 53, "shared mapping");
	subject_fill(shared + 21 * PAGE, PAGE, 54);
	EXPECT_FILLED(offset + PAGE, PAGE, 54, "two shared mappings of one file");
	EXPECT_FILLED(shared_ro + 21 * PAGE, PAGE, 54, "a read-only shared mapping");
	same_as_file(fd_shared, shared, 0, 30 * PAGE, "the file of a shared mapping");
	EXPECT(beyond[2 * PAGE + 200] == 0, "the rest of the last page");
	EXPECT(!bus(beyond + 2 * PAGE + 4095), "SIGBUS before the end of the last page");
	EXPECT(bus(beyond + 3 * PAGE), "no SIGBUS beyond the end of the file");
	EXPECT(bus(grown + 4 * PAGE), "no SIGBUS beyond the end of the shared file");
	MUST(!truncate("short", 6 * PAGE));
	EXPECT(!bus(grown + 4 * PAGE) && grown[4 * PAGE] == 0, "a file that grew under its mapping");
	return subject_end();
}
