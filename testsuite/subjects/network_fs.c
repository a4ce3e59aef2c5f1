/* network_fs.c - a file on FUSE, the server of which is no child of it. */
/* flavours: dynamic */
/* refused: network_fs */
#include "fuse.h"

int main(int argc, char **argv)
{
	struct fuse_place far = { .valid = 3600 };
	char text[64] = "";
	struct stat st;
	int fd;

	subject_init(argc, argv);
	fuse_mount(&far, "far");
	fd = fuse_open(&far);

	subject_freeze();

	EXPECT(!fstat(fd, &st) && st.st_size == (off_t)sizeof(fuse_content) - 1, "fstat: %s", strerror(errno));
	EXPECT(read(fd, text, sizeof(text)) == (ssize_t)sizeof(fuse_content) - 1 && !strcmp(text, fuse_content), "the file holds '%s'", text);
	close(fd);
	EXPECT(!umount2(far.path, MNT_DETACH), "umount: %s", strerror(errno));
	return subject_end();
}
