/*
 * arena.h - memory that is given back all at once.
 *
 * The model of a process tree lives in one arena; nothing in it is freed singly.
 */
#ifndef CR_BASE_ARENA_H
#define CR_BASE_ARENA_H

#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *blocks;
	size_t used;			/* bytes given out */
	size_t limit;			/* 0: none; else asking for more fails (images are untrusted) */
};

/* All of these return NULL after recording an error. Memory is zeroed and aligned for any type. */
void *arena_alloc(struct arena *a, size_t size);
void *arena_copy(struct arena *a, const void *data, size_t len);	/* DATA may be NULL where LEN is 0 */
char *arena_strdup(struct arena *a, const char *s);		/* an empty one may be shared */
char *arena_strndup(struct arena *a, const char *s, size_t len);

/*
 * Room for one more element in a growing array: LIST is the address of the pointer to it, which may move, N its element count, CAP its
 * capacity. Returns element N, zeroed; the caller increments N.
 */
void *arena_grow(struct arena *a, void *list, size_t n, size_t *cap, size_t element_size);

/* Gives back what was taken since the mark; where it did not all fit into one block, it stays until the end. */
struct arena_mark { struct arena_block *block; size_t used; };
struct arena_mark arena_mark(const struct arena *a);
void arena_rewind(struct arena *a, struct arena_mark mark);

void arena_free(struct arena *a);

#endif
