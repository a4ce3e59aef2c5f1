/* eventfd.c - counters: a plain one, a semaphore, one at its largest, one shared by dup. */
/* flavours: dynamic */
/* refused: eventfd */
#include "subject.h"
#include <sys/eventfd.h>

static uint64_t take(int fd)
{
	uint64_t v = 0;

	EXPECT(read(fd, &v, sizeof(v)) == sizeof(v), "read of an eventfd: %s", strerror(errno));
	return v;
}

int main(int argc, char **argv)
{
	uint64_t v = 0xfffffffffffffffeULL;
	int plain, semaphore, large, copy;

	subject_init(argc, argv);
	plain = eventfd(0x12345, EFD_CLOEXEC);
	semaphore = eventfd(3, EFD_SEMAPHORE | EFD_NONBLOCK);
	large = eventfd(0, EFD_NONBLOCK);
	copy = dup(plain);
	MUST(plain >= 0 && semaphore >= 0 && copy >= 0 && write(large, &v, sizeof(v)) == sizeof(v));

	subject_freeze();

	v = 1;
	EXPECT(write(large, &v, sizeof(v)) == -1 && errno == EAGAIN, "a full eventfd takes more");
	EXPECT_EQ(take(large), 0xfffffffffffffffeULL, "the largest counter");
	EXPECT(write(copy, &v, sizeof(v)) == sizeof(v), "write: %s", strerror(errno));
	EXPECT_EQ(take(plain), 0x12346, "counter");
	EXPECT_EQ(fcntl(plain, F_GETFD), FD_CLOEXEC, "close-on-exec");
	EXPECT_EQ(take(semaphore), 1, "semaphore");
	EXPECT_EQ(take(semaphore), 1, "semaphore");
	EXPECT_EQ(take(semaphore), 1, "semaphore");
	EXPECT(read(semaphore, &v, sizeof(v)) == -1 && errno == EAGAIN, "an empty semaphore");
	return subject_end();
}
