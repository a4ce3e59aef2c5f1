/* fd_last.c - descriptors up to the last number that the limit allows, soft and hard. */
/* flavours: dynamic static musl */
#include "subject.h"
#include <sys/resource.h>

int main(int argc, char **argv)
{
	struct rlimit limit;
	int ends[2], last;
	char c;

	subject_init(argc, argv);
	MUST(!getrlimit(RLIMIT_NOFILE, &limit));
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit))
		SKIP("the limit of open files cannot be raised: %s", strerror(errno));
	last = (int)limit.rlim_max - 1;
	if (limit.rlim_max > 1 << 20)
		last = (1 << 20) - 1;
	MUST(!pipe(ends));
	MUST(dup2(ends[1], last) == last && dup2(ends[0], last - 1) == last - 1 && dup2(ends[1], last / 2) == last / 2);
	MUST(!close(ends[0]) && !close(ends[1]));

	subject_freeze();

	EXPECT_EQ(write(last, "x", 1), 1, "write to the last descriptor");
	EXPECT(read(last - 1, &c, 1) == 1 && c == 'x', "read from the one before");
	EXPECT_EQ(write(last / 2, "y", 1), 1, "write to the one in the middle");
	EXPECT(read(last - 1, &c, 1) == 1 && c == 'y', "read");
	EXPECT(fcntl(ends[0], F_GETFD) < 0 && fcntl(last - 2, F_GETFD) < 0, "there are descriptors that were not there");
	return subject_end();
}
