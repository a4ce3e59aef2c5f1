/*
 * arena.c - memory that is given back all at once: a list of blocks, used from the front.
 *
 *	blocks -> [head | given out ......... | free ]  -> [head | full]  -> [head | one large piece] -> NULL
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/err.h"

#define ALIGN 16			/* of max_align_t */
#define BLOCK_MIN (4096 - 64)		/* with its head, and that of malloc(3), not more than a page */
#define BLOCK_MAX (32 * BLOCK_MIN)
#define ALONE (128 * 1024)		/* an array of so many bytes has a block of its own, which grows with it */

struct arena_block {
	struct arena_block *next;
	size_t size;			/* of the data, which is zero beyond USED */
	size_t used;
	_Alignas(ALIGN) unsigned char data[];
};

static void *fail_memory(void)
{
	fail_plain("out of memory");
	return NULL;
}

/* 0 when N cannot be rounded up. */
static size_t round_up(size_t n)
{
	if (n > SIZE_MAX / 2)
		return 0;
	return n ? (n + ALIGN - 1) & ~(size_t)(ALIGN - 1) : ALIGN;
}

static int within_limit(struct arena *a, size_t more)
{
	if (a->limit && (a->used > a->limit || more > a->limit - a->used)) {
		fail_plain("more than %zu bytes of memory would be needed", a->limit);
		return 0;
	}
	return 1;
}

/* Blocks double with the arena, so that a small one stays small and a large one has few. */
static size_t block_size(const struct arena *a, size_t need)
{
	size_t size = a->blocks ? a->blocks->size * 2 : BLOCK_MIN;

	if (size < BLOCK_MIN)
		size = BLOCK_MIN;
	if (size > BLOCK_MAX)
		size = BLOCK_MAX;
	return need > size / 4 ? need : size;
}

static struct arena_block *block_add(struct arena *a, size_t need, int alone)
{
	size_t size = alone ? need : block_size(a, need);
	struct arena_block *head = a->blocks;
	struct arena_block *b = calloc(1, sizeof(*b) + size);

	if (!b)
		return NULL;
	b->size = size;
	/* A block made for one large piece is full at once: the head with room left stays in front, and tells how large the next one is. */
	if (head && size == need) {
		b->next = head->next;
		head->next = b;
	} else {
		b->next = head;
		a->blocks = b;
	}
	return b;
}

/* NEED is rounded up. */
static void *take(struct arena *a, size_t need, int alone)
{
	struct arena_block *b = a->blocks;
	void *p;

	if (!within_limit(a, need))
		return NULL;
	if (alone || !b || b->size - b->used < need)
		b = block_add(a, need, alone);
	if (!b)
		return fail_memory();
	p = b->data + b->used;
	b->used += need;
	a->used += need;
	return p;
}

void *arena_alloc(struct arena *a, size_t size)
{
	size_t need = round_up(size);

	return need ? take(a, need, 0) : fail_memory();
}

void *arena_copy(struct arena *a, const void *data, size_t len)
{
	void *p = arena_alloc(a, len);

	return p && len ? memcpy(p, data, len) : p;
}

/* Empty ones are one: mappings by the thousand have names and options that are. */
char *arena_strndup(struct arena *a, const char *s, size_t len)
{
	static char empty[1];
	char *p;

	len = strnlen(s, len);
	if (!len)
		return empty;
	p = arena_alloc(a, len + 1);
	if (p)
		memcpy(p, s, len);
	return p;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

/* The newest piece of the front block can become longer where it is. */
static int grow_in_place(struct arena *a, void *array, size_t old, size_t new)
{
	struct arena_block *b = a->blocks;

	if (!b || b->used < old || (unsigned char *)array != b->data + b->used - old)
		return 0;
	if (new - old > b->size - b->used)
		return 0;
	b->used += new - old;
	a->used += new - old;
	return 1;
}

/* The block that ARRAY of OLD bytes, or none yet, has for itself becomes longer: nothing is left behind. NULL: it has none. */
static void *grow_alone(struct arena *a, void *array, size_t old, size_t new)
{
	struct arena_block **at = &a->blocks, *b;

	while (*at && (unsigned char *)array != (*at)->data)
		at = &(*at)->next;
	if (old < ALONE || !*at || (*at)->size != old || (*at)->used != old)
		return NULL;
	b = realloc(*at, sizeof(*b) + new);
	if (!b)
		return NULL;
	b->size = b->used = new;
	a->used += new - old;
	*at = b;
	return b->data;
}

/* The array, where it stands now; NULL: recorded. */
static void *grow(struct arena *a, void *array, size_t n, size_t *cap, size_t element_size)
{
	size_t want = *cap ? *cap : 4;
	size_t old, new;
	void *p;

	if (array && n < *cap)
		return array;
	while (want <= n) {
		if (want > SIZE_MAX / 2)
			return fail_memory();
		want *= 2;
	}
	if (element_size && want > SIZE_MAX / 4 / element_size)
		return fail_memory();
	old = array ? round_up(*cap * element_size) : 0;
	new = round_up(want * element_size);
	if (array && *cap && new > old) {
		if (!within_limit(a, new - old))
			return NULL;
		p = grow_in_place(a, array, old, new) ? array : grow_alone(a, array, old, new);
		if (p) {
			*cap = want;
			return p;
		}
	}
	p = take(a, new, new >= ALONE);
	if (!p)
		return NULL;
	if (array && n)
		memcpy(p, array, n * element_size);
	*cap = want;
	return p;
}

void *arena_grow(struct arena *a, void *list, size_t n, size_t *cap, size_t element_size)
{
	void *array;

	memcpy(&array, list, sizeof(array));	/* a pointer of whatever type */
	array = grow(a, array, n, cap, element_size);
	if (!array)
		return NULL;
	memcpy(list, &array, sizeof(array));
	return memset((char *)array + n * element_size, 0, element_size);
}

struct arena_mark arena_mark(const struct arena *a)
{
	return (struct arena_mark){ a->blocks, a->blocks ? a->blocks->used : 0 };
}

void arena_rewind(struct arena *a, struct arena_mark mark)
{
	struct arena_block *b = a->blocks;
	size_t more;

	if (!b || b != mark.block)
		return;
	more = b->used - mark.used;
	memset(b->data + mark.used, 0, more);
	b->used -= more;
	a->used -= more;
}

void arena_free(struct arena *a)
{
	struct arena_block *b = a->blocks;

	while (b) {
		struct arena_block *next = b->next;

		free(b);
		b = next;
	}
	a->blocks = NULL;
	a->used = 0;
}
