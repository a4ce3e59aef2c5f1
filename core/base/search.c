/* search.c - a table is halved again and again. See search.h; bsearch(3) finds any of several that are alike, and none between two. */
#include "core/base/search.h"

int search_order(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

size_t search_sorted(const void *table, size_t n, size_t width, size_t offset, uint64_t value)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (*(const uint64_t *)((const char *)table + mid * width + offset) < value)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}
