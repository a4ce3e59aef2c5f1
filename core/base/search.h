/*
 * search.h - finding a structure in a table that is sorted by one of its numbers.
 */
#ifndef CR_BASE_SEARCH_H
#define CR_BASE_SEARCH_H

#include <stddef.h>
#include <stdint.h>

/* For qsort(3) and bsearch(3): numbers, or structures by the uint64_t that they begin with. */
int search_order(const void *a, const void *b);

/* Index of the first of the N structures of WIDTH bytes at TABLE whose uint64_t at OFFSET is VALUE or more; N: there is none. */
size_t search_sorted(const void *table, size_t n, size_t width, size_t offset, uint64_t value);

/* The same for a pointer to structures that have such a MEMBER. */
#define SEARCH_SORTED(table, n, member, value) \
	search_sorted((table), (n), sizeof(*(table)), offsetof(__typeof__(*(table)), member), (value))

#endif
