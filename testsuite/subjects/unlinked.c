/* unlinked.c - open files without a name: unlinked, O_TMPFILE, renamed over, with another link elsewhere; an unlinked folder. */
/* flavours: dynamic */
/* refused: unlinked */
#include "subject.h"

static int make(const char *name, int seed)
{
	char text[9999];
	int fd = open(name, O_CREAT | O_RDWR, 0640);

	subject_fill(text, sizeof(text), seed);
	MUST(fd >= 0 && write(fd, text, sizeof(text)) == sizeof(text));
	return fd;
}

static void verify(int fd, int seed, unsigned links, const char *what)
{
	char text[9999];
	struct stat st;

	EXPECT(!fstat(fd, &st) && st.st_nlink == links, "%s: %d links", what, (int)st.st_nlink);
	EXPECT(pread(fd, text, sizeof(text), 0) == sizeof(text), "%s: read", what);
	EXPECT_FILLED(text, sizeof(text), seed, what);
}

int main(int argc, char **argv)
{
	int gone, temporary, over, elsewhere, folder;
	struct stat st;
	char c = 0;

	subject_init(argc, argv);
	gone = make("gone", 1);
	unlink("gone");
	over = make("over", 2);
	make("new", 3);
	rename("new", "over");
	elsewhere = make("first", 4);
	MUST(!link("first", "second") && !unlink("first"));
	temporary = open(".", O_TMPFILE | O_RDWR, 0600);
	MUST(!mkdir("folder", 0755));
	folder = open("folder", O_RDONLY | O_DIRECTORY);
	MUST(folder >= 0 && !rmdir("folder"));
	if (temporary >= 0)
		MUST(pwrite(temporary, "x", 1, 5) == 1);

	subject_freeze();

	verify(gone, 1, 0, "unlinked file");
	verify(over, 2, 0, "file renamed over");
	verify(elsewhere, 4, 1, "file with another name");
	if (temporary >= 0)
		EXPECT(pread(temporary, &c, 1, 5) == 1 && c == 'x', "temporary file");
	EXPECT(!fstat(folder, &st) && st.st_nlink == 0, "unlinked folder");
	return subject_end();
}
