/* vfork_again.c - one child of vfork after the other; one that sees its parent traced stays for as long, so that it does not stop. */
/* flavours: dynamic */
/* run: storm.tests */
#include "subject.h"

static int is_traced(const char *path)
{
	char status[1024];
	const char *tracer;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = read(fd, status, sizeof(status) - 1);

	close(fd);
	status[n > 0 ? n : 0] = 0;
	tracer = strstr(status, "TracerPid:\t");
	return tracer && tracer[11] != '0';
}

static void stay(const char *parent)
{
	for (int i = 0; i < 5; i++)
		for (int naps = 0; naps < 1000 && is_traced(parent); naps++)
			subject_nap(10);
	_exit(8);
}

int main(int argc, char **argv)
{
	char path[64];

	subject_init(argc, argv);
	snprintf(path, sizeof(path), "/proc/%d/status", (int)getpid());
	subject_ready();
	while (access(subject_go_file, F_OK)) {
		pid_t child = vfork();

		if (!child)
			stay(path);
		subject_reap(child, 8 << 8);
	}
	return subject_end();
}
