/* silent_server.c - a file server that does not answer any more: files open, mapped, worked in, and on a mount that was taken away. */
/* flavours: dynamic */
/* refused: network_fs */
#include "fuse.h"
#include <sys/mman.h>

int main(int argc, char **argv)
{
	struct fuse_place far = { .silent = 1 }, gone = { .silent = 1 };
	char *map, text[64] = "";
	int fd, detached;

	subject_init(argc, argv);
	fuse_mount(&far, "far");
	fuse_mount(&gone, "gone");
	fd = fuse_open(&far);
	detached = fuse_open(&gone);
	map = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
	MUST(map != MAP_FAILED && map[0] == fuse_content[0]);
	MUST(!umount2(gone.path, MNT_DETACH) && !chdir(far.path));

	subject_freeze();

	EXPECT(read(fd, text, sizeof(text)) == (ssize_t)sizeof(fuse_content) - 1 && !strcmp(text, fuse_content), "the file holds '%s'", text);
	EXPECT(pread(detached, text, 4, 0) == 4 && !memcmp(text, fuse_content, 4), "the file of the mount that was taken away");
	EXPECT(!memcmp(map, fuse_content, sizeof(fuse_content) - 1), "the mapping");
	MUST(!chdir("/"));
	return subject_end();
}
