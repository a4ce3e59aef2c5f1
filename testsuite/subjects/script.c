/* script.c - a program that was started through a script: its name, arguments and exe are not those of the file that was executed. */
/* flavours: dynamic static */
#include "subject.h"

static void link_of(const char *path, char *out)
{
	ssize_t n = readlink(path, out, PATH_MAX - 1);

	out[n < 0 ? 0 : n] = 0;
}

static size_t read_file(const char *path, char *out, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = read(fd, out, size);

	close(fd);
	return n < 0 ? 0 : n;
}

int main(int argc, char **argv)
{
	static char before[20000], after[20000];
	char exe[PATH_MAX], now[PATH_MAX], line[PATH_MAX + 20];
	size_t n;
	int fd;

	if (argc >= 2 && !strcmp(argv[1], "--in-script")) {
		argv += 2;	/* the script's own name comes next, as argv[0] */
		argc -= 2;
	} else {
		link_of("/proc/self/exe", exe);
		n = snprintf(line, sizeof(line), "#!%s --in-script\n", exe);
		fd = open("script", O_CREAT | O_WRONLY | O_CLOEXEC, 0755);
		if (fd < 0 || write(fd, line, n) != (ssize_t)n || close(fd))
			return 71;
		execv("./script", argv);
		return 72;
	}
	subject_init(argc, argv);
	link_of("/proc/self/exe", exe);
	n = read_file("/proc/self/cmdline", before, sizeof(before));
	MUST(strstr(before + strlen(before) + 1, "--in-script"));
	MUST(!strncmp(subject_proc("self/status", "Name:"), "script", 6));

	subject_freeze();

	link_of("/proc/self/exe", now);
	EXPECT(!strcmp(exe, now), "exe is %s, was %s", now, exe);
	EXPECT(read_file("/proc/self/cmdline", after, sizeof(after)) == n && !memcmp(before, after, n), "cmdline changed");
	EXPECT(!strncmp(subject_proc("self/status", "Name:"), "script", 6), "name is %s", subject_proc("self/status", "Name:"));
	return subject_end();
}
