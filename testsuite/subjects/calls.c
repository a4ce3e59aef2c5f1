/* calls.c - system calls without pause, none of which may fail or be wrong because someone stopped the process. */
/* changes: by itself, it runs */
/* flavours: dynamic */
#include "subject.h"
#include <poll.h>
#include <pthread.h>

static int there[2], back[2];
static volatile int stop;

/* Echoes numbers; a pipe read is restarted, never EINTR. */
static void *echo(void *arg)
{
	long n;

	for (;;) {
		EXPECT(read(there[0], &n, sizeof(n)) == sizeof(n), "read: %s", strerror(errno));
		if (n < 0)
			return arg;
		n = n * 3 + 1;
		EXPECT(write(back[1], &n, sizeof(n)) == sizeof(n), "write: %s", strerror(errno));
	}
}

static void *ask(void *arg)
{
	struct pollfd p = { back[0], POLLIN, 0 };
	long i, n;

	for (i = 1; !stop; i++) {
		n = i;
		EXPECT(write(there[1], &n, sizeof(n)) == sizeof(n), "write: %s", strerror(errno));
		EXPECT(poll(&p, 1, 60000) == 1, "poll: %s", strerror(errno));
		EXPECT(read(back[0], &n, sizeof(n)) == sizeof(n) && n == i * 3 + 1, "the echo of %ld is %ld", i, n);
	}
	n = -1;
	EXPECT(write(there[1], &n, sizeof(n)) == sizeof(n), "write: %s", strerror(errno));
	return arg;
}

static void *doze(void *arg)
{
	struct timespec t = { 0, 300000 }, a, b;
	pid_t pid = getpid();
	double took;

	while (!stop) {
		clock_gettime(CLOCK_MONOTONIC, &a);
		EXPECT(!nanosleep(&t, NULL), "nanosleep: %s", strerror(errno));
		clock_gettime(CLOCK_MONOTONIC, &b);
		took = b.tv_sec - a.tv_sec + (b.tv_nsec - a.tv_nsec) / 1e9;
		EXPECT(took > 0.00029, "nanosleep of 0.3 ms took %f s", took);
		EXPECT(syscall(SYS_getpid) == pid, "getpid");
		EXPECT(poll(NULL, 0, 1) == 0, "poll without descriptors: %s", strerror(errno));
		EXPECT(lseek(-1, 0, SEEK_CUR) == -1 && errno == EBADF, "an error that has to be");
	}
	return arg;
}

int main(int argc, char **argv)
{
	pthread_t thread[4];
	int i;

	subject_init(argc, argv);
	MUST(!pipe(there) && !pipe(back));
	MUST(!pthread_create(&thread[0], NULL, echo, NULL) && !pthread_create(&thread[1], NULL, ask, NULL));
	MUST(!pthread_create(&thread[2], NULL, doze, NULL) && !pthread_create(&thread[3], NULL, doze, NULL));
	subject_nap(5);

	subject_freeze();

	subject_nap(5);
	stop = 1;
	for (i = 0; i < 4; i++)
		pthread_join(thread[i], NULL);
	return subject_end();
}
