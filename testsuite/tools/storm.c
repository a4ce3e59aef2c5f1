/*
 * storm - a tree in which processes and threads start, exec, fork, map, open and end all the time.
 *
 *	storm SECONDS [WIDTH]		WIDTH processes at a time below this one (default 12)
 *	storm SECONDS [WIDTH] vfork	some of them by vfork(2)
 *
 * It uses nothing that could not be carried; but for what vfork is, for a moment.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char *self;
static unsigned seed;
static int may_vfork;

static unsigned below(unsigned n)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 16) % n;
}

static void nap(unsigned us)
{
	struct timespec t = { us / 1000000, us % 1000000 * 1000L };

	nanosleep(&t, NULL);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static void *thread(void *arg)
{
	void *map = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	prctl(PR_SET_NAME, "storm thread");
	memset(map, 1, 65536);
	nap((unsigned)(size_t)arg);
	munmap(map, 65536);
	return NULL;
}

static void threads(void)
{
	pthread_t t[8];
	unsigned n = 1 + below(8), i;

	for (i = 0; i < n; i++)
		if (pthread_create(&t[i], NULL, thread, (void *)(size_t)below(3000)))
			_exit(1);
	/* Sometimes the leader is the first to end. */
	if (below(6) == 0)
		pthread_exit(NULL);
	for (i = 0; i < n; i++)
		pthread_join(t[i], NULL);
}

static void maps(void)
{
	void *at[30];
	size_t len[30];
	int i, fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	for (i = 0; i < 30; i++) {
		len[i] = 4096 * (1 + below(20));
		at[i] = mmap(NULL, len[i], PROT_READ, MAP_PRIVATE | (i % 2 ? MAP_ANONYMOUS : 0), i % 2 ? -1 : fd, 0);
	}
	close(fd);
	nap(below(2000));
	for (i = 0; i < 30; i++)
		munmap(at[i], len[i]);
}

static void files(void)
{
	int ends[20][2], i;

	for (i = 0; i < 20; i++)
		if (pipe(ends[i]) || write(ends[i][1], "storm", 5) != 5)
			_exit(1);
	nap(below(2000));
	for (i = 0; i < 20; i++) {
		close(ends[i][0]);
		close(ends[i][1]);
	}
}

static void run(const char *what)
{
	execl(self, self, "one", what, NULL);
	_exit(127);
}

/* What one process of the storm does until it ends. */
static int one(int depth)
{
	static unsigned left;		/* static: vfork(2) shares the stack */

	for (left = 1 + below(4); left > 0; left--)
		switch (below(may_vfork ? 7 : 6)) {
		case 0:
			threads();
			break;
		case 1:
			maps();
			break;
		case 2:
			files();
			break;
		case 3:
			run(depth < 3 ? "1" : "0");
			break;
		case 4:
			if (depth < 3 && fork() == 0) {
				seed += (unsigned)getpid();
				exit(one(depth + 1));
			}
			break;
		case 5:
			if (below(4) == 0)
				raise(SIGKILL);
			nap(below(3000));
			break;
		case 6:
			if (vfork() == 0)
				run("0");
			break;
		}
	if (below(2))
		while (wait(NULL) > 0)
			;
	return (int)below(4);
}

int main(int argc, char **argv)
{
	double end;
	int width, running = 0;

	self = argv[0];
	seed = (unsigned)getpid() * 2654435761u + (unsigned)time(NULL);
	if (argc == 3 && !strcmp(argv[1], "one")) {
		if (!atoi(argv[2]))
			nap(below(1500));
		return atoi(argv[2]) ? one(2) : 0;
	}
	if (argc < 2)
		return 2;
	end = now() + atof(argv[1]);
	width = argc > 2 ? atoi(argv[2]) : 12;
	may_vfork = argc > 3;
	/* What loses its parent stays in the tree. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	while (now() < end) {
		while (running < width) {
			pid_t pid = fork();

			if (!pid) {
				seed += (unsigned)getpid() * 7919u;
				return one(0);
			}
			running += pid > 0;
			if (pid < 0)
				nap(1000);
		}
		while (waitpid(-1, NULL, running > width / 2 ? 0 : WNOHANG) > 0)
			running--;
		if (running < 0)
			running = 0;
	}
	return 0;
}
