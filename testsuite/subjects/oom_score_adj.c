/* oom_score_adj.c - how readily the kernel kills it, and what a core dump would hold. */
/* flavours: dynamic */
/* units: coredump_filter */
#include "subject.h"

static void put(const char *file, const char *value)
{
	int fd = open(file, O_WRONLY | O_CLOEXEC);

	MUST(fd >= 0 && write(fd, value, strlen(value)) == (ssize_t)strlen(value));
	close(fd);
}

int main(int argc, char **argv)
{
	subject_init(argc, argv);
	put("/proc/self/oom_score_adj", "321");
	put("/proc/self/coredump_filter", "0x5b");

	subject_freeze();

	EXPECT_EQ(strtol(subject_proc("self/oom_score_adj", ""), NULL, 10), 321, "oom_score_adj");
	EXPECT_EQ(strtol(subject_proc("self/coredump_filter", ""), NULL, 16), 0x5b, "coredump_filter");
	return subject_end();
}
