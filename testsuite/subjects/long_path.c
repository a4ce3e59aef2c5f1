/* long_path.c - a child with an open file whose path is longer than any call takes. */
/* flavours: dynamic */
/* refused: unknown */
#include "long_path.h"

static int open_file(int folder)
{
	int fd = openat(folder, "file", O_RDWR | O_CREAT, 0666);

	return write(fd, "deep", 4) == 4 ? fd : -1;
}

static void look(int fd)
{
	char c;

	EXPECT(pread(fd, &c, 1, 3) == 1 && c == 'p', "the file is another");
}

int main(int argc, char **argv)
{
	return long_path_main(argc, argv, open_file, look);
}
