/*
 * malloc.c - malloc(3) by the page, for a small program (CONFIG_SMALL_MALLOC): cr asks for few pieces, and for large ones (arena.c, buf.c).
 *
 *	| size | what was asked for ... | rest of the page |
 *
 * Each piece is a mapping: what was given back is gone, and using it again is a fault. Nothing is kept that threads would have to share.
 * In a static program the first definition is taken; see libc.c.
 */
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define HEAD (2 * sizeof(size_t))	/* what follows is aligned for any type */

static size_t *head_of(void *p)
{
	return (size_t *)((char *)p - HEAD);
}

/* 0: it is too much. */
static size_t whole_pages(size_t n)
{
	size_t page = (size_t)getpagesize();

	return n > PTRDIFF_MAX - HEAD - page ? 0 : (n + HEAD + page - 1) & -page;
}

static void *piece(void *mapping, size_t size)
{
	if (mapping == MAP_FAILED)
		return NULL;
	*(size_t *)mapping = size;
	return (char *)mapping + HEAD;
}

void *malloc(size_t n)
{
	size_t size = whole_pages(n);

	return piece(mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), size);
}

void *calloc(size_t n, size_t size)
{
	return malloc(size && n > SIZE_MAX / size ? SIZE_MAX : n * size);
}

void free(void *p)
{
	if (p)
		munmap(head_of(p), *head_of(p));
}

void *realloc(void *p, size_t n)
{
	size_t size = whole_pages(n);

	return p ? piece(mremap(head_of(p), *head_of(p), size, MREMAP_MAYMOVE), size) : malloc(n);
}
