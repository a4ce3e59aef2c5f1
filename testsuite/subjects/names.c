/* names.c - files, folders and FIFOs whose names hold what nobody expects: blanks, quotes, tabs, line breaks, bytes that are no UTF-8. */
/* flavours: dynamic static musl */
#include "subject.h"
#include <sys/mman.h>

static const char *const names[] = {
	"a b", "tab\there", "line\nbreak", "quote\"'`$", "back\\slash\\n", "bytes\377\200\xc3", "key=value other=1", "trailing ", " (deleted)",
	"x (deleted)", "\\x20", "esc\033[31m", "#%&", "-rf", "\001\002\003",
};
#define N ((int)(sizeof(names) / sizeof(*names)))

int main(int argc, char **argv)
{
	static char long_name[256];
	int file[N], folder[N], fifo[N], plain, i;
	struct stat a, b;
	char path[PATH_MAX], text[8], cwd[PATH_MAX], was[PATH_MAX];
	char *map;

	subject_init(argc, argv);
	memset(long_name, 'n', 255);
	plain = open(long_name, O_RDWR | O_CREAT, 0666);
	MUST(plain >= 0 && write(plain, long_name, 255) == 255);
	for (i = 0; i < N; i++) {
		MUST(!mkdir(names[i], 0777));
		snprintf(path, sizeof(path), "%s/%s", names[i], names[i]);
		file[i] = open(path, O_RDWR | O_CREAT, 0666);
		MUST(file[i] >= 0 && write(file[i], "content", 7) == 7);
		folder[i] = open(names[i], O_RDONLY | O_DIRECTORY);
		MUST(folder[i] >= 0);
		snprintf(path, sizeof(path), "%s/fifo%s", names[i], names[i]);
		MUST(!mkfifo(path, 0666));
		fifo[i] = open(path, O_RDWR);
		MUST(fifo[i] >= 0 && write(fifo[i], "queue", 5) == 5);
	}
	MUST(!chdir(names[2]) && getcwd(was, sizeof(was)));
	snprintf(path, sizeof(path), "../%s/%s", names[1], names[1]);
	i = open(path, O_RDWR);
	MUST(i >= 0 && !ftruncate(i, 4096));
	map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, i, 0);
	MUST(map != MAP_FAILED);
	close(i);
	map[100] = 'm';

	subject_freeze();

	EXPECT(getcwd(cwd, sizeof(cwd)) && !strcmp(cwd, was), "the working folder is %s, was %s", cwd, was);
	for (i = 0; i < N; i++) {
		EXPECT(pread(file[i], text, 7, 0) == 7 && !memcmp(text, "content", 7), "file %d", i);
		EXPECT_EQ(lseek(file[i], 0, SEEK_CUR), 7, "position");
		EXPECT(read(fifo[i], text, 8) == 5 && !memcmp(text, "queue", 5), "FIFO %d", i);
		snprintf(path, sizeof(path), "../%s", names[i]);
		EXPECT(!stat(path, &a) && !fstat(folder[i], &b) && a.st_ino == b.st_ino && S_ISDIR(b.st_mode), "folder %d", i);
	}
	EXPECT(map[100] == 'm' && map[0] == 'c', "the mapping");
	EXPECT_EQ(lseek(plain, 0, SEEK_CUR), 255, "position");
	return subject_end();
}
