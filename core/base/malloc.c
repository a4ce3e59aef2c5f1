/*
 * malloc.c - malloc(3) for a program that lives for milliseconds: pieces of mappings that are not given back before the end.
 *
 *	newest -> | older, size | large piece | span | small piece, small piece, ... top ... end | large piece | span clean ... zero ... |
 *
 * What costs is not to find a piece but to touch a new page: a fault, on a virtual machine up to 15 us. So a mapping is made of huge pages,
 * if the machine is large enough for the kernel to have such: 512 pages are there after one fault, which takes as long as a dozen. And what
 * was freed is taken again first. Small pieces have lists for their sizes. Large ones are cut from the first span that is long enough, become
 * longer where they are if a span follows, and become one with the spans at their sides when they are freed.
 * In a static program the first definition is taken; see libc.c.
 */
#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "core/base/malloc.h"

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif
#define ALIGN 16			/* of max_align_t, and the size of a head */
#define UNIT 1024			/* of a large piece */
#define LARGE (32 * 1024)		/* the longest small piece */
#define BLOCK (64 * 1024)
#define HUGE (2 * 1024 * 1024)
#define MAPPING (32 * HUGE)		/* nothing is there before it is used */
#define FILL_MAX (1024 * 1024)		/* of a piece is filled with pages at once: more gets them from who uses it */
#define CLASSES 48			/* of sizes: four between a power of two and the next */

struct head {
	size_t size;			/* with the head */
	uintptr_t guard;		/* of it; 0: this piece is free */
};

struct freed {
	struct head head;
	struct freed *next;
};

struct mapping {
	struct mapping *older;
	size_t size;
};

static struct {
	pthread_mutex_t lock;
	struct mapping *newest;
	char *clean, *filled;		/* of it: from here on it is zero, has no pages yet */
	struct freed spans;		/* this is none, but the list begins with it: in the order of their addresses */
	char *top, *end, *used;		/* of the block for small pieces; from USED on it is zero */
	struct freed *freed[CLASSES];
} heap = { .lock = PTHREAD_MUTEX_INITIALIZER };

static uintptr_t guard_of(const struct head *h)
{
	return ~((uintptr_t)h ^ h->size);
}

/* Something wrote over the head, or frees a piece twice: no step further with it. */
static struct head *head_of(void *p)
{
	struct head *h = (struct head *)((char *)p - ALIGN);

	if (h->guard != guard_of(h))
		__builtin_trap();
	return h;
}

static void *piece(void *at, size_t size)
{
	struct head *h = at;

	if (!at)
		return NULL;
	*h = (struct head){ .size = size };
	h->guard = guard_of(h);
	return (char *)at + ALIGN;
}

/* The bits of a size that are rounded away: it keeps three. */
static unsigned small_bits(size_t n)
{
	unsigned bits = (unsigned)(sizeof(long) * 8 - 1) - (unsigned)__builtin_clzl(n);

	return bits < 6 ? 4 : bits - 2;
}

/* With the head, rounded up to the next class or unit; 0: it is too much. */
static size_t whole(size_t n)
{
	size_t unit;

	if (n > PTRDIFF_MAX - 2 * HUGE)
		return 0;
	n += ALIGN;
	unit = n > LARGE ? UNIT : (size_t)1 << small_bits(n);
	if (unit == ALIGN && n < sizeof(struct freed))
		n = sizeof(struct freed);
	return (n + unit - 1) & -unit;
}

static struct freed **class_of(size_t size)
{
	unsigned bits = small_bits(size);

	return &heap.freed[(bits - 4) * 4 + (unsigned)(size >> bits)];
}

/* ---- mappings and spans: all with the lock ---- */

/* It starts where a huge page may: what is mapped before it is never used. */
static char *map_huge(size_t size)
{
	char *p = mmap(NULL, size + HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		return NULL;
	p += -(uintptr_t)p & (HUGE - 1);
	madvise(p, size, MADV_HUGEPAGE);
	return p;
}

static struct freed *span_before(const char *p)
{
	struct freed *s = &heap.spans;

	while (s->next && (char *)s->next < p)
		s = s->next;
	return s;
}

/* Makes one of the span S and the next, if that follows at once. */
static void join(struct freed *s)
{
	struct freed *next = s->next;

	if ((char *)s + s->head.size == (char *)next) {
		s->head.size += next->head.size;
		s->next = next->next;
	}
}

static void give_span(char *p, size_t size)
{
	struct freed *before = span_before(p), *s = (struct freed *)p;

	*s = (struct freed){ { .size = size }, before->next };
	before->next = s;
	join(s);
	join(before);
}

static int add_mapping(size_t size)
{
	size_t least = (UNIT + size + HUGE - 1) & -(size_t)HUGE, n = least < MAPPING ? MAPPING : least;
	char *p = map_huge(n);

	if (!p && n > least)
		p = map_huge(n = least);
	if (!p)
		return -1;
	heap.filled = p;
	heap.clean = p + UNIT + sizeof(struct freed);
	*(struct mapping *)p = (struct mapping){ heap.newest, n };
	heap.newest = (struct mapping *)p;
	give_span(p + UNIT, n - UNIT);
	return 0;
}

/* Up to END, and some more. What has a page keeps it; before Linux 5.14 nothing is done. See MADV_POPULATE_WRITE in madvise(2). */
static void fill(const char *end)
{
	int saved = errno;
	size_t n = ((size_t)(end - heap.filled) + BLOCK - 1) & -(size_t)BLOCK;

	madvise(heap.filled, n, MADV_POPULATE_WRITE);
	heap.filled += n;
	errno = saved;
}

/* SIZE bytes at P are about to be used, and the head of a span behind them. Returns how many of them may be other than zero. */
static size_t use(char *p, size_t size)
{
	size_t dirty = size;
	char *end = p + (size < FILL_MAX ? size : FILL_MAX);

	if (p < (char *)heap.newest || p >= (char *)heap.newest + heap.newest->size)
		return size;
	if (heap.clean < p + size)
		dirty = (size_t)(heap.clean - p);
	if (heap.clean < p + size + sizeof(struct freed))
		heap.clean = p + size + sizeof(struct freed);
	if (heap.filled < p)
		heap.filled = (char *)((uintptr_t)p & -(uintptr_t)BLOCK);
	if (heap.filled < end)
		fill(end);
	return dirty;
}

/* The front of the span after BEFORE. Returns as use(). */
static size_t cut_span(struct freed *before, size_t size)
{
	struct freed *s = before->next, *rest = (struct freed *)((char *)s + size);

	before->next = rest;
	if (s->head.size == size)
		before->next = s->next;
	else
		*rest = (struct freed){ { .size = s->head.size - size }, s->next };
	return use((char *)s, size);
}

static char *take_span(size_t size, size_t *dirty)
{
	struct freed *before, *s;

	do {
		for (before = &heap.spans; (s = before->next) && s->head.size < size;)
			before = s;
	} while (!s && add_mapping(size) == 0);
	if (s)
		*dirty = cut_span(before, size);
	return (char *)s;
}

/* The piece at P becomes longer where it is, if a span follows that is long enough. */
static int extend(char *p, size_t old, size_t size)
{
	struct freed *before = span_before(p + old), *s = before->next;

	if ((char *)s != p + old || s->head.size < size - old)
		return 0;
	cut_span(before, size - old);
	return 1;
}

/* ---- small pieces: with the lock ---- */

static int add_block(void)
{
	size_t dirty, rest = (size_t)(heap.end - heap.top) & -(size_t)UNIT;
	char *p = take_span(BLOCK, &dirty);

	if (!p)
		return -1;
	memset(p, 0, dirty);
	if (p != heap.end) {
		if (rest)
			give_span(heap.end - rest, rest);
		heap.top = heap.used = p;
	}
	heap.end = p + BLOCK;
	return 0;
}

static void set_top(char *p)
{
	heap.top = p;
	if (heap.used < p)
		heap.used = p;
}

/* *DIRTY: how much of it may be other than zero. */
static char *take(size_t size, size_t *dirty)
{
	struct freed **first = class_of(size), *f = *first;
	char *p;

	*dirty = size;
	if (f) {
		*first = f->next;
		return (char *)f;
	}
	if ((size_t)(heap.end - heap.top) < size && add_block() < 0)
		return NULL;
	p = heap.top;
	if ((size_t)(heap.used - p) < size)
		*dirty = (size_t)(heap.used - p);
	set_top(p + size);
	return p;
}

/* ---- malloc(3) ---- */

static void *allocate(size_t n, size_t *dirty)
{
	size_t size = whole(n);
	char *p;

	if (!size)
		return NULL;
	pthread_mutex_lock(&heap.lock);
	p = size > LARGE ? take_span(size, dirty) : take(size, dirty);
	pthread_mutex_unlock(&heap.lock);
	return piece(p, size);
}

void heap_inherit(int yes)
{
	for (struct mapping *m = heap.newest; m; m = m->older)
		madvise(m, m->size, yes ? MADV_DOFORK : MADV_DONTFORK);
}

void *malloc(size_t n)
{
	size_t dirty;

	return allocate(n, &dirty);
}

void *calloc(size_t n, size_t size)
{
	size_t dirty = 0;
	void *p = allocate(size && n > SIZE_MAX / size ? SIZE_MAX : n * size, &dirty);

	if (p && dirty > ALIGN)
		memset(p, 0, dirty - ALIGN);
	return p;
}

void free(void *p)
{
	struct head *h = p ? head_of(p) : NULL;
	struct freed **first;

	if (!h)
		return;
	h->guard = 0;
	pthread_mutex_lock(&heap.lock);
	if (h->size > LARGE) {
		give_span((char *)h, h->size);
	} else if ((char *)h + h->size == heap.top) {
		heap.top = (char *)h;
	} else {
		first = class_of(h->size);
		((struct freed *)h)->next = *first;
		*first = (struct freed *)h;
	}
	pthread_mutex_unlock(&heap.lock);
}

/* Where it is: a large piece, or the last of the small ones. */
static int resize(struct head *h, size_t size)
{
	char *p = (char *)h;

	if (h->size > LARGE) {
		if (size <= LARGE)
			return 0;
		if (size > h->size)
			return extend(p, h->size, size);
		give_span(p + size, h->size - size);
		return 1;
	}
	if (size > LARGE || p + h->size != heap.top || (size_t)(heap.end - p) < size)
		return 0;
	set_top(p + size);
	return 1;
}

static void *move(void *p, size_t old, size_t n)
{
	void *to = malloc(n);

	if (!to)
		return NULL;
	memcpy(to, p, old < n ? old : n);
	free(p);
	return to;
}

void *realloc(void *p, size_t n)
{
	struct head *h = p ? head_of(p) : NULL;
	size_t size = whole(n);
	int done;

	if (!h || !size)
		return malloc(h ? SIZE_MAX : n);
	if (size == h->size)
		return p;
	pthread_mutex_lock(&heap.lock);
	done = resize(h, size);
	pthread_mutex_unlock(&heap.lock);
	return done ? piece(h, size) : move(p, h->size - ALIGN, n);
}
