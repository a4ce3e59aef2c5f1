/*
 * libc_test.c - what core/base/libc.c and calls.c have against the C library's own; and its locks, by many threads.
 *
 * The program is linked with the library's; ours is compiled here under other names.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define qsort our_qsort
#define signal our_signal
#define strstr our_strstr
#define strspn our_strspn
#define strncmp our_strncmp
#define stpcpy our_stpcpy
#define atol our_atol
#define atoi our_atoi
#define nl_langinfo our_nl_langinfo
#define strcspn our_strcspn
#define strcpy our_strcpy
#define strncpy our_strncpy
#define strchr our_strchr
#define memchr our_memchr
#define getenv our_getenv
#define fstatat our_fstatat
#define inet_ntop our_inet_ntop
#define faccessat our_faccessat
#define fcntl our_fcntl
#define open our_open
#define openat our_openat
#define fchmod our_fchmod
#define fchown our_fchown
#define fchdir our_fchdir
#define isatty our_isatty
#define pipe2 our_pipe2
#define socket our_socket
#define readlink our_readlink
#define readlinkat our_readlinkat
#define nanosleep our_nanosleep
#define clock_gettime our_clock_gettime
#define __clock_gettime our_inner_clock_gettime
#define pthread_mutex_init our_mutex_init
#define pthread_mutex_lock our_mutex_lock
#define pthread_mutex_unlock our_mutex_unlock
#define pthread_mutex_destroy our_mutex_destroy
#define pthread_cond_init our_cond_init
#define pthread_cond_wait our_cond_wait
#define pthread_cond_signal our_cond_signal
#define pthread_cond_broadcast our_cond_broadcast
#define pthread_cond_destroy our_cond_destroy
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#include "core/base/calls.c"
#include "core/base/libc.c"
#undef qsort
#undef signal
#undef strstr
#undef strspn
#undef strncmp
#undef atol
#undef atoi
#undef strcspn
#undef strcpy
#undef strncpy
#undef strchr
#undef memchr
#undef getenv
#undef fstatat
#undef inet_ntop
#undef faccessat
#undef fcntl
#undef open
#undef clock_gettime
#undef nanosleep

static int failed;

static void check(int ok, const char *what)
{
	printf("%s: %s\n", ok ? "PASS" : "FAIL", what);
	failed |= !ok;
}

static unsigned random_number(void)
{
	static unsigned state = 4711;

	return (state = state * 1103515245 + 12345) >> 8;
}

struct item {
	unsigned key;
	char rest[9];			/* a width that is no power of two */
};

static int by_key(const void *a, const void *b)
{
	const struct item *l = a, *r = b;

	return l->key < r->key ? -1 : l->key > r->key;
}

/* As many different keys as items: the order is the only one, so that both sorts give the same. */
static int sorts_alike(size_t n, int how)
{
	struct item ours[300], theirs[300];

	for (size_t i = 0; i < n; i++) {
		ours[i].key = how == 0 ? i : how == 1 ? n - i : (random_number() % 1000) * 1000 + i;
		memset(ours[i].rest, (char)ours[i].key, sizeof(ours[i].rest));
	}
	memcpy(theirs, ours, n * sizeof(*ours));
	our_qsort(ours, n, sizeof(*ours), by_key);
	qsort(theirs, n, sizeof(*theirs), by_key);
	for (size_t i = 0; i < n; i++)
		if (ours[i].key != theirs[i].key || memcmp(ours[i].rest, theirs[i].rest, sizeof(ours[i].rest)))
			return 0;
	return 1;
}

static void test_sort(void)
{
	int alike = 1;

	for (size_t n = 0; n <= 300; n++)
		for (int how = 0; how < 3; how++)
			alike &= sorts_alike(n, how);
	check(alike, "lists in order, against it and without come out like the library's");
}

static void test_search(void)
{
	static const char *const texts[] = { "", "a", "ab", "aab", "aaab", "abab", "xaab", "hrtimer_nanosleep", "do_sys_poll", "poll" };
	int alike = 1;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		for (size_t k = 0; k < sizeof(texts) / sizeof(*texts); k++)
			alike &= our_strstr(texts[i], texts[k]) == strstr(texts[i], texts[k]);
	check(alike, "texts are found in each other where the library finds them");
}

static void test_strings(void)
{
	static const char *const texts[] = { "", "a", "0123 x", "  \tz", "%", "no percent", "50%s" }, *const sets[] = { "", " ", "0123456789", " \t", "%" };
	int alike = 1;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		char ours[12], theirs[12];

		for (size_t k = 0; k < sizeof(sets) / sizeof(*sets); k++)
			alike &= our_strspn(texts[i], sets[k]) == strspn(texts[i], sets[k]) && our_strcspn(texts[i], sets[k]) == strcspn(texts[i], sets[k]);
		for (size_t size = 0; size < sizeof(ours); size++) {
			memset(ours, 'x', sizeof(ours));
			memset(theirs, 'x', sizeof(theirs));
			alike &= our_strncpy(ours, texts[i], size) == ours && strncpy(theirs, texts[i], size) && !memcmp(ours, theirs, sizeof(ours));
		}
		alike &= our_strcpy(ours, texts[i]) == ours && !strcmp(ours, texts[i]) && our_stpcpy(ours, texts[i]) == ours + strlen(texts[i]);
		for (int c = 0; c < 256; c++)
			alike &= our_strchr(texts[i], c) == strchr(texts[i], c) && our_strchr(texts[i], c - 256) == strchr(texts[i], c) &&
				 our_memchr(texts[i], c, strlen(texts[i])) == memchr(texts[i], c, strlen(texts[i]));
	}
	check(alike, "texts are measured, searched and copied as the library does it");
}

static void test_beginnings(void)
{
	static const char *const texts[] = { "", "a", "ab", "abc", "abd", "b", "\xe4", "\xe4z" };
	static const char *const numbers[] = { "0", "7", " 42", "\t-5 kB", "+13", "2147483647", "-2147483648", "", "x", "- 1", "-9223372036854775808" };
	int alike = 1;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		for (size_t k = 0; k < sizeof(texts) / sizeof(*texts); k++)
			for (size_t n = 0; n < 5; n++) {
				int ours = our_strncmp(texts[i], texts[k], n), theirs = strncmp(texts[i], texts[k], n);

				alike &= (ours < 0) == (theirs < 0) && !ours == !theirs;
			}
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		alike &= our_atol(numbers[i]) == atol(numbers[i]) && our_atoi(numbers[i]) == atoi(numbers[i]);
	check(alike, "beginnings are compared, and numbers read, as the library does it");
}

#if defined(__x86_64__)
static volatile sig_atomic_t heard;

static void hear(int sig)
{
	heard += sig;
}

static void test_signal(void)
{
	struct sigaction action;

	check(our_signal(SIGUSR1, hear) == SIG_DFL && !raise(SIGUSR1) && !raise(SIGUSR1) && heard == 2 * SIGUSR1, "a handler runs, returns, and stays");
	check(!sigaction(SIGUSR1, NULL, &action) && action.sa_handler == hear && action.sa_flags & SA_RESTART && !sigismember(&action.sa_mask, SIGUSR2),
	      "... with calls going on, and no other signal blocked");
	check(our_signal(SIGUSR1, SIG_IGN) == hear && !raise(SIGUSR1) && heard == 2 * SIGUSR1 && our_signal(SIGUSR1, SIG_DFL) == SIG_IGN,
	      "a signal is ignored, and is not any more");
	check(our_signal(SIGKILL, SIG_IGN) == SIG_ERR && errno == EINVAL, "SIGKILL cannot be ignored");
}
#else
static void test_signal(void)
{
	check(1, "signal(2) is the library's");
}
#endif

/* They look at whole words: at no byte of the next page, and at none in front of the text or behind its end. */
static void test_last_of_page(void)
{
	long page = sysconf(_SC_PAGESIZE);
	char *p = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), *end = p + page;
	int right = p != MAP_FAILED && !mprotect(end, page, PROT_NONE);

	for (size_t len = 0; right && len < 40; len++)
		for (size_t behind = 0; behind < 10; behind++) {
			char *text = end - behind - len - 1;

			memset(p, 'b', page);
			memset(text, 'a', len);
			text[len] = '\0';
			right &= !our_strchr(text, 'b') && our_strchr(text, 0) == text + len;
			right &= !our_memchr(text, 'b', len) && our_memchr(text, 0, len + 1 + behind) == text + len;
			for (size_t at = 0; at < len; at++) {
				text[at] = (char)(at % 2 ? 0x80 : 0xff);
				right &= our_strchr(text, text[at]) == text + at && our_memchr(text, text[at], len) == text + at;
				right &= !our_memchr(text, text[at], at);
				text[at] = 'a';
			}
		}
	check(right, "a text that ends with its page is searched to its end and no further");
	munmap(p, 2 * page);
}

/* A single 0 is left away by some libraries only: that one is said here. */
static void test_addresses(void)
{
	static const char *const texts[] = { "::", "::1", "1::", "1:2:3:4:5:6:7:8", "1::4:5:0:0:8", "1:0:0:4::8", "fe80::1234:5678:9abc:def0", "::ffff:10.0.255.7",
		"::2:0:0", "2001:db8::ff00:42:8329", "64:ff9b::a00:1" };
	unsigned char b[16] = { 0, 1, 0, 0, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8 };
	char ours[INET6_ADDRSTRLEN], again[16];
	int alike = 1;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		unsigned char address[16];

		alike &= inet_pton(AF_INET6, texts[i], address) == 1 && our_inet_ntop(AF_INET6, address, ours, sizeof(ours)) &&
			 inet_pton(AF_INET6, ours, again) == 1 && !memcmp(address, again, 16) && strlen(ours) <= strlen(texts[i]);
	}
	check(alike, "addresses of IPv6 are as short as they can be");
	check(our_inet_ntop(AF_INET6, b, ours, sizeof(ours)) && !strcmp(ours, "1:0:3:4:5:6:7:8"), "a single 0 stays");
	memset(b, 0xfe, sizeof(b));
	check(our_inet_ntop(AF_INET6, b, ours, sizeof(ours)) && !strcmp(ours, "fefe:fefe:fefe:fefe:fefe:fefe:fefe:fefe"), "the longest one");
	check(our_inet_ntop(AF_INET, b, ours, sizeof(ours)) && !strcmp(ours, "254.254.254.254") && !our_inet_ntop(AF_INET, b, ours, 15),
	      "one of IPv4, and one that has no room");
}

static void test_environment(void)
{
	setenv("CR_TEST", "value", 1);
	setenv("CR_TEST_EMPTY", "", 1);
	check(!strcmp(our_getenv("CR_TEST"), "value") && !*our_getenv("CR_TEST_EMPTY") && !our_getenv("CR_TES") && !our_getenv("CR_TEST_"),
	      "what is set is found by its whole name");
}

static int same_stat(const char *path, int flags)
{
	struct stat ours, theirs;

	memset(&ours, 0, sizeof(ours));
	memset(&theirs, 0, sizeof(theirs));
	return !our_fstatat(AT_FDCWD, path, &ours, flags) && !fstatat(AT_FDCWD, path, &theirs, flags) && !memcmp(&ours, &theirs, sizeof(ours));
}

static void test_calls(void)
{
	struct timespec ours, theirs;
	struct stat st;
	int fd, ends[2];

	check(!our_faccessat(AT_FDCWD, "/proc/self/stat", R_OK, 0) && our_faccessat(AT_FDCWD, "/proc/self/no-such", F_OK, 0) == -1 && errno == ENOENT,
	      "faccessat tells what is there");
	check(!our_faccessat(AT_FDCWD, "/proc/self/exe", F_OK, AT_SYMLINK_NOFOLLOW), "and does not follow a link if told so");
	fd = our_fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 40);
	check(fd >= 40 && our_fcntl(fd, F_GETFD) == FD_CLOEXEC && our_fcntl(-1, F_GETFD) == -1 && errno == EBADF, "fcntl asks the kernel");
	check(same_stat("/", 0) && same_stat("/proc/self", AT_SYMLINK_NOFOLLOW) && our_fstatat(AT_FDCWD, "/no-such", &st, 0) == -1 && errno == ENOENT &&
	      !our_fstatat(fd, "", &st, AT_EMPTY_PATH), "fstatat says what the library's says");
	check(!our_pipe2(ends, O_CLOEXEC) && our_fcntl(ends[0], F_GETFD) == FD_CLOEXEC && !our_fchmod(ends[0], 0640) &&
	      !our_fchown(ends[0], getuid(), getgid()) && !fstat(ends[1], &st) && (st.st_mode & 07777) == 0640 && !our_isatty(ends[0]), "pipe2, fchmod, fchown and isatty ask the kernel, too");
	fd = our_openat(AT_FDCWD, "/proc", O_PATH | O_DIRECTORY);
	check(fd >= 0 && !our_fchdir(fd) && our_openat(fd, "no-such", O_RDONLY) == -1 && errno == ENOENT && our_open("self/stat", O_RDONLY) >= 0 &&
	      our_socket(AF_UNIX, SOCK_DGRAM, 0) >= 0 && our_socket(-1, 0, 0) == -1, "and openat, open, fchdir and socket");
	our_clock_gettime(CLOCK_MONOTONIC, &ours);
	clock_gettime(CLOCK_MONOTONIC, &theirs);
	check(theirs.tv_sec - ours.tv_sec <= 60 && (theirs.tv_sec > ours.tv_sec || theirs.tv_nsec >= ours.tv_nsec), "both clocks are one");
}

enum { THREADS = 8, ROUNDS = 20000 };

static pthread_mutex_t lock;
static pthread_cond_t turn;
static unsigned long counter, turns;

static void *count(void *unused)
{
	for (int i = 0; i < ROUNDS; i++) {
		our_mutex_lock(&lock);
		counter++;
		our_mutex_unlock(&lock);
	}
	return NULL;
}

/* Each waits for its own number, and sets the next one free. */
static void *take_turns(void *arg)
{
	unsigned long own = (unsigned long)arg;

	for (int i = 0; i < 500; i++) {
		our_mutex_lock(&lock);
		while (turns % THREADS != own)
			our_cond_wait(&turn, &lock);
		turns++;
		our_cond_broadcast(&turn);
		our_mutex_unlock(&lock);
	}
	return NULL;
}

/* One at a time hands something over, one at a time takes it: a signal is enough. */
static void *take_one(void *unused)
{
	for (int i = 0; i < 500; i++) {
		our_mutex_lock(&lock);
		while (!counter)
			our_cond_wait(&turn, &lock);
		counter--;
		our_mutex_unlock(&lock);
	}
	return NULL;
}

static void run(void *(*what)(void *), int n, int hand_over)
{
	pthread_t threads[THREADS];

	for (long i = 0; i < n; i++)
		pthread_create(&threads[i], NULL, what, (void *)i);
	for (int i = 0; i < hand_over; i++) {
		our_mutex_lock(&lock);
		counter++;
		our_cond_signal(&turn);
		our_mutex_unlock(&lock);
	}
	for (int i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
}

static void test_locks(void)
{
	our_mutex_init(&lock, NULL);
	our_cond_init(&turn, NULL);
	run(count, THREADS, 0);
	check(counter == (unsigned long)THREADS * ROUNDS, "one thread at a time has the lock");
	run(take_turns, THREADS, 0);
	check(turns == 500ul * THREADS, "all waiters are woken");
	counter = 0;
	run(take_one, THREADS, 500 * THREADS);
	check(counter == 0, "one waiter is woken for each signal");
	our_cond_destroy(&turn);
	our_mutex_destroy(&lock);
}

int main(void)
{
	test_sort();
	test_search();
	test_strings();
	test_beginnings();
	test_last_of_page();
	test_signal();
	test_addresses();
	test_environment();
	test_calls();
	test_locks();
	return failed;
}
