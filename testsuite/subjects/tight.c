/* tight.c - soft limits at almost nothing: no more data, descriptors, file size, stack; raised again afterwards. */
/* flavours: dynamic static musl */
#include "subject.h"
#include <sys/resource.h>

static const int which[] = { RLIMIT_DATA, RLIMIT_NOFILE, RLIMIT_FSIZE, RLIMIT_STACK, RLIMIT_MEMLOCK, RLIMIT_SIGPENDING };
enum { N = sizeof(which) / sizeof(*which) };

/* Where a security module labels threads, each of them is asked for its labels through a descriptor of its own. */
static int has_labels(void)
{
	char byte;
	int fd = open("/proc/thread-self/attr/current", O_RDONLY), n = (int)read(fd, &byte, 1);

	close(fd);
	return n == 1;
}

static rlim_t limit(int resource, rlim_t was)
{
	if (resource == RLIMIT_NOFILE && has_labels())
		return was;
	return resource == RLIMIT_STACK ? 4096 : 0;
}

int main(int argc, char **argv)
{
	struct rlimit was[N], low[N], now;
	char text[40000];
	int i, wrong = 0;

	subject_init(argc, argv);
	subject_fill(text, sizeof(text), 1);
	subject_ready();	/* the file has to be written before it may not be; the test asks when we sleep */
	for (i = 0; i < N; i++) {
		getrlimit(which[i], &was[i]);
		low[i] = was[i];
		low[i].rlim_cur = limit(which[i], was[i].rlim_cur);
	}
	for (i = 0; i < N; i++)
		setrlimit(which[i], &low[i]);

	subject_wait();

	for (i = 0; i < N; i++) {
		getrlimit(which[i], &now);
		wrong |= (now.rlim_cur != low[i].rlim_cur || now.rlim_max != low[i].rlim_max) << i;
		setrlimit(which[i], &was[i]);
	}
	EXPECT(!wrong, "limits are wrong: mask %x", wrong);
	EXPECT_FILLED(text, sizeof(text), 1, "stack");
	return subject_end();
}
