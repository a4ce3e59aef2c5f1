/*
 * malloc.c - malloc(3) for a program that lives for milliseconds: pieces from the front of a heap that is not given back before the end.
 *
 *	heap -> | head, piece | head, piece | ... top | used before ... clean | never used: zero ... end |
 *
 * What costs is not to find a piece but to touch a new page (a fault) and to give it back (an unmapping, which interrupts other CPUs): on
 * a virtual machine up to 50 us for both. So what was freed is taken again first, and a piece at the top is grown and freed where it is.
 * Pieces of LARGE bytes and more are mappings of their own, of which the one freed last is kept for the next one.
 * In a static program the first definition is taken; see libc.c.
 */
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/base/malloc.h"
#include "core/base/pages.h"

#define ALIGN 16			/* of max_align_t, and the size of a head */
#define LARGE (128 * 1024)
#define HEAP (1024 * 1024)
#define STEP (64 * 1024)		/* of it is filled with pages at a time, */
#define STEP_MAX (1024 * 1024)		/* of a large piece: more of it gets pages from who uses it */
#define SPARE_MAX (4 * 1024 * 1024)
#define CLASSES 64			/* of sizes: four between a power of two and the next */

struct head {
	size_t size;			/* with the head */
	uintptr_t guard;		/* of it; 0: this piece is free */
};

struct freed {
	struct head head;
	struct freed *next;
};

static struct {
	pthread_mutex_t lock;
	char *top, *clean, *filled, *end;
	struct freed *freed[CLASSES];
	struct head *spare;		/* a large piece that is free */
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

/* With the head, rounded up to the next class or to whole pages; 0: it is too much. */
static size_t whole(size_t n)
{
	size_t unit;

	if (n > PTRDIFF_MAX - 2 * LARGE)
		return 0;
	n += ALIGN;
	unit = n >= LARGE ? (size_t)getpagesize() : (size_t)1 << small_bits(n);
	if (unit == ALIGN && n < sizeof(struct freed))
		n = sizeof(struct freed);
	return (n + unit - 1) & -unit;
}

static struct freed **class_of(size_t size)
{
	unsigned bits = small_bits(size);

	return &heap.freed[(bits - 4) * 4 + (unsigned)(size >> bits)];
}

static void *map(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

/* Moves the top to P, and remembers how far it has been. */
static void set_top(char *p)
{
	heap.top = p;
	while (heap.filled < p) {
		pages_fill(heap.filled, STEP);
		heap.filled += STEP;
	}
	if (heap.clean < p)
		heap.clean = p;
}

/* *DIRTY, if somebody asks: how much of it may be other than zero. Called with the lock. */
static char *take(size_t size, size_t *dirty)
{
	struct freed **first = class_of(size), *f = *first;
	char *p;

	if (f) {
		*first = f->next;
		if (dirty)
			*dirty = size;
		return (char *)f;
	}
	if ((size_t)(heap.end - heap.top) < size) {
		p = map(HEAP);
		if (!p)
			return NULL;
		heap.top = heap.clean = heap.filled = p;
		heap.end = p + HEAP;
	}
	p = heap.top;
	if (dirty)
		*dirty = (size_t)(heap.clean - p) < size ? (size_t)(heap.clean - p) : size;
	set_top(p + size);
	return p;
}

/* The spare piece, if it is as long as SIZE, and *INSTEAD takes its place. */
static struct head *swap_spare(size_t size, struct head *instead)
{
	struct head *h;

	pthread_mutex_lock(&heap.lock);
	h = heap.spare;
	if (h && h->size < size)
		h = NULL;
	else
		heap.spare = instead;
	pthread_mutex_unlock(&heap.lock);
	return h;
}

/* DIRTY: as in take(); NULL: all may be. Most become full: arrays, and what an arena gives away in pieces. */
static void *allocate_large(size_t size, const size_t *dirty)
{
	struct head *h = dirty ? NULL : swap_spare(size, NULL);

	if (h)
		return piece(h, h->size);
	h = map(size);
	if (h && size <= STEP_MAX)
		pages_fill(h, size);
	return piece(h, size);
}

static void *allocate(size_t n, size_t *dirty)
{
	size_t size = whole(n);
	void *p;

	if (!size)
		return NULL;
	if (size >= LARGE)
		return allocate_large(size, dirty);
	pthread_mutex_lock(&heap.lock);
	p = take(size, dirty);
	pthread_mutex_unlock(&heap.lock);
	return piece(p, size);
}

/* The megabyte in use, which mostly is the only one: a child that gets what was used before is none the worse. */
void heap_inherit(int yes)
{
	if (heap.end)
		madvise(heap.end - HEAP, HEAP, yes ? MADV_DOFORK : MADV_DONTFORK);
}

void *malloc(size_t n)
{
	return allocate(n, NULL);
}

void *calloc(size_t n, size_t size)
{
	size_t dirty = 0;
	void *p = allocate(size && n > SIZE_MAX / size ? SIZE_MAX : n * size, &dirty);

	if (p && dirty > ALIGN)
		memset(p, 0, dirty - ALIGN);
	return p;
}

static void free_small(struct head *h)
{
	struct freed **first;

	h->guard = 0;
	pthread_mutex_lock(&heap.lock);
	if ((char *)h + h->size == heap.top) {
		heap.top = (char *)h;
	} else {
		first = class_of(h->size);
		((struct freed *)h)->next = *first;
		*first = (struct freed *)h;
	}
	pthread_mutex_unlock(&heap.lock);
}

static void free_large(struct head *h)
{
	if (h->size <= SPARE_MAX) {
		h->guard = 0;
		h = swap_spare(0, h);
	}
	if (h)
		munmap(h, h->size);
}

void free(void *p)
{
	struct head *h = p ? head_of(p) : NULL;

	if (!h)
		return;
	if (h->size < LARGE)
		free_small(h);
	else
		free_large(h);
}

/* The piece at the top becomes as long as SIZE where it is. */
static int resize_top(struct head *h, size_t size)
{
	int is_top;

	pthread_mutex_lock(&heap.lock);
	is_top = (char *)h + h->size == heap.top && (size_t)(heap.end - (char *)h) >= size;
	if (is_top)
		set_top((char *)h + size);
	pthread_mutex_unlock(&heap.lock);
	return is_top;
}

/* What is twice as large then is about to be used. */
static void *resize_large(struct head *h, size_t size)
{
	size_t old = h->size, more = size > old ? size - old : 0;
	char *to = mremap(h, old, size, MREMAP_MAYMOVE);

	if (to == MAP_FAILED)
		return NULL;
	if (more)
		pages_fill(to + old, more < STEP_MAX ? more : STEP_MAX);
	return piece(to, size);
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

	if (!h || !size)
		return malloc(h ? SIZE_MAX : n);
	if (size == h->size)
		return p;
	if (size >= LARGE && h->size >= LARGE)
		return resize_large(h, size);
	if (size < LARGE && h->size < LARGE && resize_top(h, size))
		return piece(h, size);
	return move(p, h->size - ALIGN, n);
}
