/* shrunk.c - mappings that reach beyond the end of their file, or had it cut away under them, or whose pages nobody may read. */
/* flavours: dynamic static musl */
#include "subject.h"
#include <setjmp.h>
#include <sys/mman.h>

#define PAGE 4096
#define MB (1 << 20)

static sigjmp_buf out;
static void on_bus(int sig) { siglongjmp(out, sig); }

/* The first byte at P, or -1 for SIGBUS. */
static int look(const volatile unsigned char *p)
{
	int sig = sigsetjmp(out, 1);

	return sig ? -1 : *p;
}

static int make(const char *name, size_t pages)
{
	static unsigned char block[PAGE];
	int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0666);
	size_t i;

	for (i = 0; i < pages; i++) {
		memset(block, 'a' + (int)i, PAGE);
		MUST(write(fd, block, PAGE) == PAGE);
	}
	return fd;
}

int main(int argc, char **argv)
{
	unsigned char *beyond, *cut, *shared, *hidden, *readonly, *half;
	struct sigaction action = { .sa_handler = on_bus };
	int fd;

	subject_init(argc, argv);
	sigaction(SIGBUS, &action, NULL);
	fd = make("beyond", 2);
	beyond = mmap(NULL, MB, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	shared = mmap(NULL, MB, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	MUST(beyond != MAP_FAILED && shared != MAP_FAILED);
	memset(beyond + PAGE, 'X', 10);
	close(fd);
	fd = make("cut", 8);
	cut = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	MUST(cut != MAP_FAILED);
	memset(cut, 'Y', PAGE);
	memset(cut + 5 * PAGE, 'Y', PAGE);
	MUST(!ftruncate(fd, 2 * PAGE + 100));
	close(fd);
	fd = make("hidden", 8);
	hidden = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	readonly = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	half = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 4 * PAGE);
	MUST(hidden != MAP_FAILED && readonly != MAP_FAILED && half != MAP_FAILED);
	memset(hidden + 3 * PAGE, 'Z', PAGE);
	memset(hidden + 4 * PAGE, 0, PAGE);		/* zeros of its own, where the file has others */
	memset(readonly + 3 * PAGE, 'Z', PAGE);
	memset(half, 'H', 2);
	MUST(!mprotect(hidden, 8 * PAGE, PROT_NONE) && !mprotect(readonly, 8 * PAGE, PROT_READ) && !mprotect(half, PAGE, PROT_EXEC));
	close(fd);

	subject_freeze();

	EXPECT_EQ(look(beyond), 'a', "page of the file");
	EXPECT_EQ(look(beyond + PAGE), 'X', "own page");
	EXPECT_EQ(look(beyond + PAGE + 10), 'b', "rest of the own page");
	EXPECT_EQ(look(beyond + 2 * PAGE), -1, "behind the end, private");
	EXPECT_EQ(look(shared + PAGE), 'b', "shared page");
	EXPECT_EQ(look(shared + 2 * PAGE), -1, "behind the end, shared");
	EXPECT_EQ(look(cut), 'Y', "own page of a cut file");
	EXPECT_EQ(look(cut + 2 * PAGE), 'c', "last page of a cut file");
	EXPECT_EQ(look(cut + 2 * PAGE + 100), 0, "rest of its last page");
	EXPECT_EQ(look(cut + 5 * PAGE), -1, "page that was cut away");
	EXPECT_EQ(look(readonly + 3 * PAGE), 'Z', "own page, read only");
	EXPECT_EQ(look(readonly + 4 * PAGE), 'e', "page of the file, read only");
	EXPECT(!mprotect(hidden, 8 * PAGE, PROT_READ | PROT_WRITE), "mprotect: %s", strerror(errno));
	EXPECT_EQ(look(hidden + 3 * PAGE), 'Z', "own page, hidden");
	EXPECT_EQ(look(hidden + 4 * PAGE), 0, "own page of zeros, hidden");
	EXPECT_EQ(look(hidden + 5 * PAGE), 'f', "page of the file, hidden");
	EXPECT(!mprotect(half, PAGE, PROT_READ), "mprotect: %s", strerror(errno));
	EXPECT_EQ(look(half), 'H', "own page, executable only");
	EXPECT_EQ(look(half + 3), 'e', "rest of it");
	return subject_end();
}
