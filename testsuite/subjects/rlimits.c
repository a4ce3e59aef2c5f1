/* rlimits.c - every resource limit lowered to something odd; a child with others; soft and hard differ. */
/* flavours: dynamic musl */
#include "subject.h"
#include <sys/resource.h>

static void lower(int by, struct rlimit *out)
{
	static const rlim_t odd[16] = {
		100000, 1ULL << 40, 1ULL << 40, 6 << 20, 12345678, 1ULL << 40, 20000, 500, 4000000, 1ULL << 44, 5000, 3000, 700000, 0, 0, 90000000
	};
	struct rlimit r;
	int i;

	for (i = 0; i < 16; i++) {
		getrlimit(i, &r);
		if (odd[i] + by < r.rlim_max)
			r.rlim_max = odd[i] + by;
		r.rlim_cur = r.rlim_max > 1000 ? r.rlim_max - 1000 - by : r.rlim_max;
		if (i == RLIMIT_CORE)
			r.rlim_cur = 0;
		if (i == RLIMIT_RTTIME)
			r.rlim_cur = RLIM_INFINITY, r.rlim_max = RLIM_INFINITY;
		MUST(setrlimit(i, &r) == 0);
		MUST(getrlimit(i, &out[i]) == 0);
	}
}

static void compare(const struct rlimit *was)
{
	struct rlimit r;
	int i;

	for (i = 0; i < 16; i++) {
		getrlimit(i, &r);
		EXPECT(r.rlim_cur == was[i].rlim_cur && r.rlim_max == was[i].rlim_max, "limit %d: %llu %llu, was %llu %llu", i,
		       (long long)r.rlim_cur, (long long)r.rlim_max, (long long)was[i].rlim_cur, (long long)was[i].rlim_max);
	}
}

int main(int argc, char **argv)
{
	struct rlimit before[16];
	int report[2], high;
	pid_t child;
	char c;

	subject_init(argc, argv);
	MUST(pipe(report) == 0);
	child = fork();
	if (!child) {
		lower(-7, before);
		if (write(report[1], "x", 1) != 1)
			_exit(2);
		subject_wait();
		compare(before);
		_exit(0);
	}
	high = fcntl(0, F_DUPFD, 900);	/* above the limit to come */
	MUST(high >= 900);
	lower(0, before);
	MUST(read(report[0], &c, 1) == 1);

	subject_freeze();

	compare(before);
	EXPECT(fcntl(high, F_GETFD) == 0, "a descriptor above the limit");
	subject_reap(child, 0);
	return subject_end();
}
