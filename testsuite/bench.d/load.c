/*
 * load - a process (or many) of a given shape, for the benchmark.
 *
 *	load READY SHAPE [NUMBER] [GAPS]
 * SHAPE: trivial; text, random, sparse (NUMBER MiB of memory); threads, processes, pipes, vmas, fds (NUMBER of them).
 * READY is made when it stands. With GAPS, a thread wakes every 0.2 ms and keeps in that file the longest time (in us) that it did not run.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MIB (1UL << 20)
#define PAGE 4096UL

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void *map(size_t len)
{
	void *p = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		die("mmap");
	return p;
}

static uint64_t state = 88172645463325252ULL;

static uint64_t next(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

#define BACK 65536			/* how far text repeats itself */

/*
 * Words of a small vocabulary, and now and then a piece of what stood before, as all text has it. LZ4 leaves 0.41 of it. The sources of the
 * libraries of Python and Perl are left at 0.39, the files below /usr/share/doc at 0.30; words in random order alone would be left at 0.57.
 */
static void text(size_t mib)
{
	static const char *const word[64] = {
		"the", "of", "and", "process", "to", "in", "memory", "kernel", "a", "is", "that", "checkpoint", "for", "it", "was", "on",
		"are", "restart", "as", "with", "his", "they", "descriptor", "at", "be", "this", "from", "have", "or", "by", "one", "had",
		"not", "but", "what", "all", "were", "when", "we", "there", "can", "an", "your", "which", "their", "said", "if", "do",
		"will", "each", "about", "how", "up", "out", "them", "then", "she", "many", "some", "so", "these", "would", "other", "into",
	};
	size_t n = mib * MIB, at = 0, len, count = 0;
	char *p = map(n);

	while (at + 256 < n) {
		const char *w = word[next() & 63];

		if (at > BACK && next() % 8 == 0) {
			len = 16 + next() % 128;
			memcpy(p + at, p + at - BACK / 2 - next() % (BACK / 2), len);
			at += len;
			continue;
		}
		len = strlen(w);
		memcpy(p + at, w, len);
		at += len;
		p[at++] = ++count % 12 ? ' ' : '\n';
		if (next() % 16 == 0)
			at += sprintf(p + at, "%u ", (unsigned)(next() % 100000));
	}
}

static void noise(size_t mib)
{
	uint64_t *p = map(mib * MIB);
	size_t i;

	for (i = 0; i < mib * MIB / 8; i++)
		p[i] = next();
}

/* One page of each 16. */
static void sparse(size_t mib)
{
	char *p = map(mib * MIB);
	size_t i, j;

	for (i = 0; i < mib * MIB; i += 16 * PAGE)
		for (j = 0; j < PAGE; j += 8)
			*(uint64_t *)(p + i + j) = i + j;
}

static void *wait_for_ever(void *arg)
{
	for (;;)
		pause();
	return arg;
}

static void threads(long n)
{
	pthread_attr_t attr;
	pthread_t t;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 64 << 10);
	while (n-- > 0)
		if (pthread_create(&t, &attr, wait_for_ever, NULL))
			die("pthread_create");
}

static void processes(long n)
{
	pid_t pid;

	while (n-- > 0) {
		pid = fork();
		if (pid < 0)
			die("fork");
		if (pid == 0)
			wait_for_ever(NULL);
	}
}

static void raise_nofile(void)
{
	struct rlimit r;

	getrlimit(RLIMIT_NOFILE, &r);
	r.rlim_cur = r.rlim_max;
	setrlimit(RLIMIT_NOFILE, &r);
}

static void pipes(long n)
{
	char data[1000];
	int p[2];

	memset(data, 'x', sizeof(data));
	while (n-- > 0)
		if (pipe(p) || write(p[1], data, sizeof(data)) != sizeof(data))
			die("pipe");
}

static void vmas(long n)
{
	char *p = map(n * PAGE);
	long i;

	for (i = 0; i < n; i++) {
		p[i * PAGE] = 1;
		if (i % 2 && mprotect(p + i * PAGE, PAGE, PROT_READ))
			die("mprotect");
	}
}

static void fds(long n)
{
	while (n-- > 0)
		if (open("/proc/self/exe", O_RDONLY) < 0)
			die("open");
}

static void *watch(void *arg)
{
	struct timespec nap = { 0, 200000 }, t;
	int64_t now, before = 0, longest = 0;
	char line[32];
	int fd = open(arg, O_CREAT | O_WRONLY | O_TRUNC, 0600);

	for (;;) {
		clock_gettime(CLOCK_MONOTONIC, &t);
		now = t.tv_sec * 1000000LL + t.tv_nsec / 1000;
		if (before && now - before > longest) {
			longest = now - before;
			snprintf(line, sizeof(line), "%-20lld\n", (long long)longest);
			if (pwrite(fd, line, strlen(line), 0) < 0)
				die("pwrite");
		}
		before = now;
		nanosleep(&nap, NULL);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	static const struct { const char *name; void (*build)(long n); } shape[] = {
		{ "threads", threads }, { "processes", processes }, { "pipes", pipes }, { "vmas", vmas }, { "fds", fds },
	};
	static const struct { const char *name; void (*build)(size_t n); } memory[] = {
		{ "text", text }, { "random", noise }, { "sparse", sparse },
	};
	long n = argc > 3 ? atol(argv[3]) : 0;
	pthread_t t;
	size_t i;

	if (argc < 3)
		return 2;
	raise_nofile();
	for (i = 0; i < sizeof(shape) / sizeof(*shape); i++)
		if (!strcmp(argv[2], shape[i].name))
			shape[i].build(n);
	for (i = 0; i < sizeof(memory) / sizeof(*memory); i++)
		if (!strcmp(argv[2], memory[i].name))
			memory[i].build(n);
	if (argc > 4 && pthread_create(&t, NULL, watch, argv[4]))
		die("pthread_create");
	close(open(argv[1], O_CREAT | O_WRONLY, 0600));
	wait_for_ever(NULL);
	return 0;
}
