/* malloc_test.c - core/base/malloc.c, compiled here under other names: contents, zeros, what is too much, what was freed. */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

#define malloc our_malloc
#define calloc our_calloc
#define realloc our_realloc
#define free our_free
#define heap_inherit our_heap_inherit
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#include "core/base/malloc.c"

static int all_are(const char *p, size_t n, char c)
{
	size_t i = 0;

	while (i < n && p[i] == c)
		i++;
	return i == n;
}

/* Of every size around a page, and of some larger ones: each is aligned, whole, and keeps what is in it. */
static int sizes_hold(void)
{
	for (size_t n = 0; n < 900000; n += n < 9000 ? 1 : 9973) {
		char *p = calloc(1, n), *more;

		if (!p || (uintptr_t)p % 16 || !all_are(p, n, 0))
			return 0;
		memset(p, 'x', n);
		more = realloc(p, 3 * n + 1);
		if (!more || !all_are(more, n, 'x') || !(p = realloc(more, n / 2)) ||
		    !all_are(p, n / 2, 'x'))
			return 0;
		free(p);
	}
	return 1;
}

static int two_are_apart(void)
{
	char *a = malloc(4000), *b = calloc(1000, 4);
	int good;

	memset(a, 'a', 4000);
	memset(b, 'b', 4000);
	good = all_are(a, 4000, 'a') && all_are(b, 4000, 'b');
	free(a);
	free(b);
	free(NULL);
	return good;
}

#define PIECES 100

struct used {
	char *p;
	size_t n;
	char c;
};

static size_t next_random(unsigned *seed, size_t below)
{
	*seed = *seed * 1103515245 + 12345;
	return (*seed >> 8) % below;
}

static size_t next_size(unsigned *seed)
{
	return next_random(seed, 20) ? next_random(seed, 3000) : next_random(seed, 300000);
}

/* Something else becomes of one piece, which had to be what it was. */
static int change(struct used *u, unsigned *seed)
{
	size_t n = next_size(seed);
	char *p;

	if (u->p && !all_are(u->p, u->n, u->c))
		return 0;
	switch (next_random(seed, 3)) {
	case 0:
		free(u->p);
		p = calloc(n, 1);
		if (!p || !all_are(p, n, 0))
			return 0;
		break;
	case 1:
		free(u->p);
		p = malloc(n);
		break;
	default:
		p = realloc(u->p, n);
		if (!p || (u->p && !all_are(p, n < u->n ? n : u->n, u->c)))
			return 0;
	}
	*u = (struct used) { p, n, (char)('a' + next_random(seed, 26)) };
	if (p)
		memset(p, u->c, n);
	return p != NULL;
}

static void *change_many(void *arg)
{
	unsigned seed = *(unsigned *)arg;
	struct used used[PIECES] = { 0 };
	int good = 1;

	for (int i = 0; good && i < 30000; i++)
		good = change(&used[next_random(&seed, PIECES)], &seed);
	for (int i = 0; i < PIECES; i++)
		free(used[i].p);
	return good ? arg : NULL;
}

static int threads_share(void)
{
	unsigned seeds[2] = { 1, 2 };
	pthread_t other;
	void *mine, *others = NULL;

	if (pthread_create(&other, NULL, change_many, &seeds[0]))
		return 0;
	mine = change_many(&seeds[1]);
	pthread_join(other, &others);
	return mine && others;
}

/* The second of two equal pieces goes where the first was, one that grows at the end stays, and the last large one is kept. */
static int same_memory_serves(void)
{
	char *a = malloc(5000), *b = malloc(100), *c, *large = malloc(2 * LARGE), *again;
	int good;

	free(a);
	c = malloc(5000);
	good = a == c;
	a = malloc(60000);
	c = realloc(a, 90000);
	good = good && a == c;
	memset(large, 'x', 2 * LARGE);
	free(large);
	again = malloc(2 * LARGE - 100);
	good = good && again == large;
	free(again);
	free(b);
	large = calloc(1, 2 * LARGE);
	return good && all_are(large, 2 * LARGE, 0);
}

/* Of memory that is not there the kernel writes nothing. */
static int child_has(const char *piece)
{
	int ends[2], status;
	pid_t pid;

	if (pipe(ends))
		return -1;
	pid = fork();
	if (!pid)
		_exit(write(ends[1], piece, 1) == 1);
	close(ends[0]);
	close(ends[1]);
	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int children_have(const char *older, const char *newer)
{
	int one = child_has(older), other = child_has(newer);

	return one == other ? one : -1;
}

/* The second piece does not fit in the mapping where the first is. */
static int mappings_are_kept(void)
{
	char *older = calloc(1, 100), *newer = calloc(1, MAPPING);
	int before = children_have(older, newer), meanwhile, after;

	heap_inherit(0);
	meanwhile = children_have(older, newer);
	heap_inherit(1);
	after = children_have(older, newer);
	free(newer);
	return heap.newest->older && before == 1 && meanwhile == 0 && after == 1;
}

static int dies(void (*how)(volatile char *))
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		signal(SIGILL, SIG_DFL);
		how(malloc(100));
		_exit(0);
	}
	return waitpid(pid, &status, 0) == pid && WIFSIGNALED(status);
}

static void free_twice(volatile char *p)
{
	free((void *)p);
	free((void *)p);
}

static void free_damaged(volatile char *p)
{
	for (int i = 1; i <= ALIGN; i++)
		p[-i] = 'x';
	free((void *)p);
}

int main(void)
{
	volatile size_t large = SIZE_MAX, half = SIZE_MAX / 2;
	char *p = malloc(5);

	check(mappings_are_kept(), "a child gets the heap, unless it is said that it is not to");
	check(same_memory_serves(), "memory that was freed is used again, and is zero where it has to be");
	check(sizes_hold(), "pieces of any size keep what is in them when they grow and shrink");
	check(two_are_apart(), "two pieces do not overlap");
	check(threads_share(), "two threads take and free pieces at once, each keeps what is in its own");
	check(!malloc(large) && !malloc(half) && !malloc(half - 5) && !calloc(half, 3) && !calloc(3, half), "what is too much is not given");
	memcpy(p, "text", 5);
	check(!realloc(p, large) && !strcmp(p, "text"), "a piece that cannot grow stays");
	free(p);
	check(dies(free_twice), "who frees a piece twice goes no further");
	check(dies(free_damaged), "nor who frees one whose head was written over");
	return failures;
}
