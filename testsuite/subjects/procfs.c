/* procfs.c - an open file of /proc. */
/* flavours: dynamic */
/* refused: procfs */
#include "subject.h"

int main(int argc, char **argv)
{
	char text[100];
	int fd;

	subject_init(argc, argv);
	fd = open("/proc/self/status", O_RDONLY);
	MUST(fd >= 0);

	subject_freeze();

	EXPECT(read(fd, text, 100) == 100 && !memcmp(text, "Name:", 5), "read");
	return subject_end();
}
