/*
 * libc.c - what a static program has in fewer bytes than from the C library, for what cr asks of it. See printf.c.
 *
 * In a static program the first definition is taken, where it fits the library (scripts/probe-cc). musl has a sort that is fast for millions
 * of elements, a search in linear time, locks that are robust, inherited and recursive, a clock that is read through the vdso: 10 KB.
 */
#include <arpa/inet.h>
#include <langinfo.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- signal(2): BSD's, as the library's; the kernel's own structure, see arch/x86/include/uapi/asm/signal.h ---- */

#if defined(__x86_64__)
#define SA_RESTORER 0x04000000

struct kernel_sigaction {
	void (*handler)(int);
	unsigned long flags;
	void (*restorer)(void);
	unsigned long mask;
};

/* Where a handler returns to: rt_sigreturn(2), with the stack as it was found. */
static __attribute__((naked)) void restorer(void)
{
	__asm__ ("pushq $15\n\tpopq %rax\n\tsyscall");
}

void (*signal(int sig, void (*handler)(int)))(int)
{
	struct kernel_sigaction action = { handler, SA_RESTART | SA_RESTORER, restorer, 0 }, old;

	return syscall(SYS_rt_sigaction, sig, &action, &old, sizeof(action.mask)) ? SIG_ERR : old.handler;
}
#endif

/* ---- qsort(3): a heap ---- */

typedef int (*compare)(const void *, const void *);

static void swap(char *a, char *b, size_t width)
{
	while (width--) {
		char c = *a;

		*a++ = *b;
		*b++ = c;
	}
}

/* All below ROOT is in order, but not ROOT itself. */
static void sift(char *v, size_t root, size_t n, size_t width, compare compare)
{
	size_t child;

	while ((child = 2 * root + 1) < n) {
		if (child + 1 < n && compare(v + child * width, v + (child + 1) * width) < 0)
			child++;
		if (compare(v + root * width, v + child * width) >= 0)
			return;
		swap(v + root * width, v + child * width, width);
		root = child;
	}
}

static int is_sorted(const char *v, size_t n, size_t width, compare compare)
{
	for (; n > 1; n--, v += width)
		if (compare(v, v + width) > 0)
			return 0;
	return 1;
}

void qsort(void *v, size_t n, size_t width, compare compare)
{
	/* Most lists of numbers come from the kernel in order. */
	if (is_sorted(v, n, width, compare))
		return;
	for (size_t root = n / 2; root--;)
		sift(v, root, n, width, compare);
	while (n-- > 1) {
		swap(v, (char *)v + n * width, width);
		sift(v, 0, n, width, compare);
	}
}

/* ---- strings: memchr(3), strchr(3), strstr(3), strncmp(3), strspn(3), strcpy(3), strncpy(3), stpcpy(3), atol(3) ---- */

void *memchr(const void *from, int wanted, size_t n)
{
	const unsigned char *p = from;

	for (; n; n--, p++)
		if (*p == (unsigned char)wanted)
			return (void *)p;
	return NULL;
}

/* Texts of /proc are long: so many bytes at once, where they are aligned, and so never cross into a page that is not there. */
typedef size_t __attribute__((may_alias)) word;
#define ONES ((word)-1 / 255)

static int has_zero(word w)
{
	return ((w - ONES) & ~w & ONES << 7) != 0;
}

char *strchr(const char *text, int wanted)
{
	word pattern = ONES * (unsigned char)wanted;

	for (;; text++) {
		while (!((uintptr_t)text % sizeof(word)) && !has_zero(*(const word *)text) && !has_zero(*(const word *)text ^ pattern))
			text += sizeof(word);
		if (*text == (char)wanted)
			return (char *)text;
		if (!*text)
			return NULL;
	}
}

char *strstr(const char *text, const char *wanted)
{
	size_t len = strlen(wanted);

	while (text && strncmp(text, wanted, len))
		text = *text ? strchr(text + 1, *wanted) : NULL;
	return (char *)text;
}

int strncmp(const char *a, const char *b, size_t n)
{
	for (; n && *a && *a == *b; n--)
		a++, b++;
	return n ? (unsigned char)*a - (unsigned char)*b : 0;
}

size_t strspn(const char *text, const char *accepted)
{
	size_t n = 0;

	while (text[n] && strchr(accepted, text[n]))
		n++;
	return n;
}

size_t strcspn(const char *text, const char *refused)
{
	size_t n;

	for (n = 0; text[n]; n++)
		for (const char *r = refused; *r; r++)
			if (*r == text[n])
				return n;
	return n;
}

char *strcpy(char *restrict to, const char *restrict from)
{
	return memcpy(to, from, strlen(from) + 1);
}

char *strncpy(char *restrict to, const char *restrict from, size_t size)
{
	size_t len = strnlen(from, size);

	memset((char *)memcpy(to, from, len) + len, 0, size - len);
	return to;
}

char *stpcpy(char *restrict to, const char *restrict from)
{
	return strcpy(to, from) + strlen(from);
}

long atol(const char *text)
{
	long n = 0;
	int minus;

	text += strspn(text, " \t\n");
	minus = *text == '-';
	for (text += minus || *text == '+'; *text >= '0' && *text <= '9'; text++)
		n = 10 * n - (*text - '0');	/* there is one more below 0 */
	return minus ? n : -n;
}

int atoi(const char *text)
{
	return (int)atol(text);
}

/* ---- nl_langinfo(3): libarchive asks for the name of the character set, which is that of the locale "C" ---- */

char *nl_langinfo(nl_item unused)
{
	return "ASCII";
}

/* ---- getenv(3) ---- */

char *getenv(const char *name)
{
	size_t len = strlen(name);

	for (char **e = environ; e && *e; e++)
		if (!strncmp(*e, name, len) && (*e)[len] == '=')
			return *e + len + 1;
	return NULL;
}

/* ---- inet_ntop(3) ---- */

static unsigned word_at(const unsigned char *address, int i)
{
	return address[2 * i] << 8 | address[2 * i + 1];
}

/* The longest run of words that are 0, two at least; returns where it begins, 8: nowhere. */
static int longest_zeros(const unsigned char *address, int *longest)
{
	int best = 8;

	*longest = 1;
	for (int i = 0; i < 8; i++) {
		int n = 0;

		while (i + n < 8 && !word_at(address, i + n))
			n++;
		if (n > *longest) {
			best = i;
			*longest = n;
		}
	}
	return best;
}

const char *inet_ntop(int family, const void *restrict from, char *restrict to, socklen_t size)
{
	const unsigned char *b = from;
	char text[INET6_ADDRSTRLEN] = "";
	size_t n = 0;
	int zeros = 8, longest = 0, words = 0;

	if (family == AF_INET6) {
		zeros = longest_zeros(b, &longest);
		words = zeros == 0 && longest == 5 && word_at(b, 5) == 0xffff ? 6 : 8;
	}
	for (int i = 0; i < words; i++) {
		if (i > zeros && i < zeros + longest)
			continue;
		n += (size_t)(i == zeros ? snprintf(text + n, sizeof(text) - n, i ? ":" : "::") :
			      snprintf(text + n, sizeof(text) - n, "%x%s", word_at(b, i), i < 7 ? ":" : ""));
	}
	if (words < 8)			/* one of IPv4, also as the end of one of IPv6 */
		snprintf(text + n, sizeof(text) - n, "%u.%u.%u.%u", b[2 * words], b[2 * words + 1], b[2 * words + 2], b[2 * words + 3]);
	return strlen(text) < size ? strcpy(to, text) : NULL;
}

/* ---- pthread_mutex_lock(3), pthread_cond_wait(3): plain ones, see futex(2) ---- */

static void wait_while(int *word, int value)
{
	syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, NULL);
}

static int wake(int *word, int n)
{
	syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, n);
	return 0;
}

/* 0: free, 1: held, 2: held, and somebody may wait. */
static int *word_of(pthread_mutex_t *m)
{
	return (int *)m;
}

int pthread_mutex_init(pthread_mutex_t *restrict m, const pthread_mutexattr_t *restrict unused)
{
	*word_of(m) = 0;
	return 0;
}

int pthread_mutex_lock(pthread_mutex_t *m)
{
	int *word = word_of(m), free = 0;

	if (!__atomic_compare_exchange_n(word, &free, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
		while (__atomic_exchange_n(word, 2, __ATOMIC_ACQUIRE))
			wait_while(word, 2);
	return 0;
}

int pthread_mutex_unlock(pthread_mutex_t *m)
{
	return __atomic_exchange_n(word_of(m), 0, __ATOMIC_RELEASE) == 2 ? wake(word_of(m), 1) : 0;
}

int pthread_mutex_destroy(pthread_mutex_t *unused)
{
	return 0;
}

/* [0] counts what was signalled, [1] those who wait: most of the time nobody does, and the kernel need not be asked. */
static int *words_of(pthread_cond_t *c)
{
	return (int *)c;
}

int pthread_cond_init(pthread_cond_t *restrict c, const pthread_condattr_t *restrict unused)
{
	words_of(c)[0] = words_of(c)[1] = 0;
	return 0;
}

/* Who signals has changed something under M before, so it sees us waiting, or we see the change. */
int pthread_cond_wait(pthread_cond_t *restrict c, pthread_mutex_t *restrict m)
{
	int *words = words_of(c), seen = __atomic_load_n(&words[0], __ATOMIC_RELAXED);

	__atomic_add_fetch(&words[1], 1, __ATOMIC_RELAXED);
	pthread_mutex_unlock(m);
	wait_while(&words[0], seen);
	__atomic_sub_fetch(&words[1], 1, __ATOMIC_RELAXED);
	return pthread_mutex_lock(m);
}

static int signal_some(pthread_cond_t *c, int n)
{
	int *words = words_of(c);

	__atomic_add_fetch(&words[0], 1, __ATOMIC_RELAXED);
	return __atomic_load_n(&words[1], __ATOMIC_RELAXED) ? wake(&words[0], n) : 0;
}

int pthread_cond_broadcast(pthread_cond_t *c)
{
	return signal_some(c, INT_MAX);
}

int pthread_cond_signal(pthread_cond_t *c)
{
	return signal_some(c, 1);
}

int pthread_cond_destroy(pthread_cond_t *unused)
{
	return 0;
}
