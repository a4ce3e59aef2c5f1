/* timerfd.c - a periodic timer, a far one, one that expired unread, one that is disarmed. */
/* flavours: dynamic */
/* refused: timerfd */
#include "subject.h"
#include <sys/timerfd.h>

static int make(clockid_t clock, long first, long interval)
{
	struct itimerspec t = { { interval / 1000, interval % 1000 * 1000000 }, { first / 1000, first % 1000 * 1000000 } };
	int fd = timerfd_create(clock, TFD_NONBLOCK);

	MUST(fd >= 0 && !timerfd_settime(fd, 0, &t, NULL));
	return fd;
}

int main(int argc, char **argv)
{
	struct itimerspec t;
	int far, expired, off, periodic;
	uint64_t n = 0;

	subject_init(argc, argv);
	far = make(CLOCK_MONOTONIC, 1000000, 5000);
	expired = make(CLOCK_REALTIME, 1, 0);
	off = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC);
	periodic = make(CLOCK_MONOTONIC, 1, 10);
	subject_nap(15);

	subject_freeze();

	EXPECT(!timerfd_gettime(far, &t) && t.it_value.tv_sec > 900 && t.it_value.tv_sec < 1000, "remaining %ld s", (long)t.it_value.tv_sec);
	EXPECT_EQ(t.it_interval.tv_sec, 5, "interval");
	EXPECT(read(expired, &n, 8) == 8 && n == 1, "expirations not read: %llu", (long long)n);
	EXPECT(!timerfd_gettime(off, &t) && !t.it_value.tv_sec && !t.it_value.tv_nsec, "a disarmed timer");
	subject_nap(15);
	EXPECT(read(periodic, &n, 8) == 8 && n >= 2, "a periodic timer: %llu", (long long)n);
	return subject_end();
}
