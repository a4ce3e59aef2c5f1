/* malloc_test.c - core/base/malloc.c, compiled here under other names: contents, zeros, what is too much, what was given back. */
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
	for (size_t n = 0; n < 300000; n += n < 9000 ? 1 : 9973) {
		char *p = malloc(n), *more;

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

static int use_again_dies(void)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		volatile char *p = malloc(100);

		signal(SIGSEGV, SIG_DFL);
		free((void *)p);
		_exit(*p);
	}
	return waitpid(pid, &status, 0) == pid && WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV;
}

int main(void)
{
	volatile size_t large = SIZE_MAX, half = SIZE_MAX / 2;
	char *p = malloc(5);

	check(sizes_hold(), "pieces of any size keep what is in them when they grow and shrink");
	check(two_are_apart(), "two pieces do not overlap");
	check(!malloc(large) && !malloc(half) && !malloc(half - 5) && !calloc(half, 3) && !calloc(3, half), "what is too much is not given");
	memcpy(p, "text", 5);
	check(!realloc(p, large) && !strcmp(p, "text"), "a piece that cannot grow stays");
	free(p);
	check(use_again_dies(), "what was given back cannot be used");
	return failures;
}
