/* churn.c - never at rest: threads made and joined, children forked and reaped, memory mapped and unmapped, files and pipes opened. */
/* changes: by itself, threads come and go */
/* flavours: dynamic musl */
#include "subject.h"
#include <pthread.h>
#include <sys/mman.h>

static volatile int stop;
static long rounds[4];

static void *nothing(void *arg) { return arg; }

static void *make_threads(void *arg)
{
	pthread_t thread;
	void *answer;

	for (; !stop; rounds[0]++) {
		EXPECT(!pthread_create(&thread, NULL, nothing, &rounds[0]), "pthread_create: %s", strerror(errno));
		EXPECT(!pthread_join(thread, &answer) && answer == &rounds[0], "pthread_join");
	}
	return arg;
}

static void *make_children(void *arg)
{
	pid_t pid;

	for (; !stop; rounds[1]++) {
		pid = fork();
		EXPECT(pid >= 0, "fork: %s", strerror(errno));
		if (!pid)
			_exit(rounds[1] & 63);
		if (pid > 0)
			subject_reap(pid, (rounds[1] & 63) << 8);
	}
	return arg;
}

static void *make_mappings(void *arg)
{
	unsigned char *p;
	size_t len;

	for (; !stop; rounds[2]++) {
		len = (rounds[2] % 50 + 1) * 4096;
		p = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		EXPECT(p != MAP_FAILED, "mmap");
		subject_fill(p, len, rounds[2]);
		mprotect(p, 4096, PROT_READ);
		EXPECT_FILLED(p, len, rounds[2], "a mapping");
		munmap(p, len);
	}
	return arg;
}

static void *make_files(void *arg)
{
	char text[600];
	int p[2];

	for (; !stop; rounds[3]++) {
		EXPECT(!pipe(p), "pipe: %s", strerror(errno));
		subject_fill(text, sizeof(text), rounds[3]);
		EXPECT_EQ(write(p[1], text, sizeof(text)), sizeof(text), "write to a pipe");
		memset(text, 0, sizeof(text));
		EXPECT_EQ(read(p[0], text, sizeof(text)), sizeof(text), "read from a pipe");
		EXPECT_FILLED(text, sizeof(text), rounds[3], "what went through a pipe");
		close(p[0]);
		close(p[1]);
	}
	return arg;
}

int main(int argc, char **argv)
{
	static void *(*const work[])(void *) = { make_threads, make_children, make_mappings, make_files };
	pthread_t thread[4];
	long before;
	int i;

	subject_init(argc, argv);
	for (i = 0; i < 4; i++)
		MUST(!pthread_create(&thread[i], NULL, work[i], NULL));
	subject_nap(10);
	before = rounds[0];

	subject_freeze();

	subject_nap(10);
	stop = 1;
	for (i = 0; i < 4; i++)
		pthread_join(thread[i], NULL);
	EXPECT(rounds[0] > before, "no thread was made afterwards");
	EXPECT(waitpid(-1, NULL, __WALL) == -1 && errno == ECHILD, "there is a child that was not there");
	return subject_end();
}
