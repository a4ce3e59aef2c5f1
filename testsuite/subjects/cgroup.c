/* cgroup.c - a control group of its own. It is noted, not refused: restored, the process is where it came from. */
/* flavours: dynamic */
#include "subject.h"

static const char *const roots[] = {
	"/sys/fs/cgroup/unified", "/sys/fs/cgroup", "/sys/fs/cgroup/freezer", "/sys/fs/cgroup/pids", "/sys/fs/cgroup/cpu", NULL
};

static char before[8192], inside[8192], now[8192];

static int is_read(char *text, size_t size)
{
	int fd = open("/proc/self/cgroup", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, size - 1);

	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = 0;
	return n > 0;
}

static int moved(const char *root, const char *group)
{
	char path[256];
	int fd, r;

	snprintf(path, sizeof(path), "%s/%scgroup.procs", root, group);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	r = write(fd, "0", 1) == 1;
	close(fd);
	return r;
}

int main(int argc, char **argv)
{
	const char *const *root;
	char path[256] = "";

	subject_init(argc, argv);
	if (!is_read(before, sizeof(before)))
		SKIP("this kernel has no control groups");
	for (root = roots; *root; root++) {
		snprintf(path, sizeof(path), "%s/cgroup.procs", *root);
		if (access(path, W_OK))
			continue;
		snprintf(path, sizeof(path), "%s/cr-subject", *root);
		if ((mkdir(path, 0755) == 0 || errno == EEXIST) && moved(*root, "cr-subject/"))
			break;
	}
	if (!*root)
		SKIP("no control group can be made: none of version 1 or 2 is mounted and writable");
	MUST(is_read(inside, sizeof(inside)) && strcmp(before, inside) != 0);

	subject_freeze();

	EXPECT(is_read(now, sizeof(now)) && (!strcmp(now, inside) || !strcmp(now, before)),
	       "it is in groups where it never was: %s", now);
	EXPECT(moved(*root, ""), "it cannot leave its group: %s", strerror(errno));
	rmdir(path);	/* another one may still be in it */
	return subject_end();
}
