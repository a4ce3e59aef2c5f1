/* memfd.c - memory with a descriptor: contents, seals, position. */
/* flavours: dynamic */
/* refused: memfd */
#include "subject.h"
#include <sys/mman.h>

int main(int argc, char **argv)
{
	char text[20000];
	int fd;

	subject_init(argc, argv);
	fd = memfd_create("subject", MFD_ALLOW_SEALING | MFD_CLOEXEC);
	subject_fill(text, sizeof(text), 1);
	MUST(fd >= 0 && write(fd, text, sizeof(text)) == sizeof(text));
	MUST(!fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW));
	lseek(fd, 123, SEEK_SET);

	subject_freeze();

	EXPECT_EQ(lseek(fd, 0, SEEK_CUR), 123, "position");
	EXPECT_EQ(fcntl(fd, F_GET_SEALS), F_SEAL_SHRINK | F_SEAL_GROW, "seals");
	EXPECT(pread(fd, text, sizeof(text), 0) == sizeof(text), "read");
	EXPECT_FILLED(text, sizeof(text), 1, "contents");
	return subject_end();
}
