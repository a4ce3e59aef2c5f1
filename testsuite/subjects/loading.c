/* loading.c - a child that is just executing a program: the kernel waits for a part of its file, and has not mapped all of it yet. */
/* flavours: dynamic */
/* run: check.tests */
#include "fuse.h"

/* What has no auxiliary vector yet shows the end of one. */
static int is_loading(pid_t pid)
{
	uint64_t auxv[64] = { 1 };
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/auxv", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	MUST(fd >= 0);
	MUST(read(fd, auxv, sizeof(auxv)) > 0);
	close(fd);
	return !auxv[0];
}

/* Our own program, of which the server holds all but the first page. */
static void fill(struct fuse_place *far)
{
	static char self[1 << 20];
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	ssize_t n = read(fd, self, sizeof(self));

	MUST(n > 4096 && n < (ssize_t)sizeof(self));
	close(fd);
	far->content = self;
	far->len = (size_t)n;
	far->held_from = 4096;
}

int main(int argc, char **argv)
{
	struct fuse_place far = { .valid = 3600 };
	char program[PATH_MAX];
	pid_t pid;

	if (argc == 1)			/* loaded */
		return 7;
	subject_init(argc, argv);
	fill(&far);
	fuse_mount(&far, "far");
	snprintf(program, sizeof(program), "%s/file", far.path);
	pid = fork();
	MUST(pid >= 0);
	if (!pid) {
		execl(program, program, (char *)NULL);
		_exit(errno);
	}
	while (!is_loading(pid))
		subject_nap(1);

	subject_freeze();

	subject_reap(pid, 7 << 8);
	EXPECT(!umount2(far.path, MNT_DETACH), "umount: %s", strerror(errno));
	return subject_end();
}
