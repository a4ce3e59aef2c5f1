/*
 * runs.c - the lines at the head of a chunk of pages. Pure: the image is untrusted.
 *
 *	run addr=0x55d0c8a31000 pages=3
 *	parent addr=0x55d0c8a36000 pages=1
 *	(an empty line, zeros up to a multiple of 4096, then the 3 pages)
 */
#include <string.h>

#include "core/mem/mem.h"

#define PAGES_MAX (MEM_TASK_SIZE / MEM_PAGE)

static const uint8_t *find_empty_line(const uint8_t *p, const uint8_t *end)
{
	for (; p + 1 < end; p++)
		if (p[0] == '\n' && p[1] == '\n')
			return p;
	return NULL;
}

/* The empty line ends the text; only zeros may stand between it and the first page. */
int mem_chunk_begin(struct mem_chunk *c, const uint8_t *data, size_t len)
{
	const uint8_t *end = find_empty_line(data, data + len);
	size_t head;

	if (len && *data == '\n')	/* no line at all */
		end = data - 1;

	if (!end)
		return fail_image("a chunk of pages has no head");
	c->text = data;
	c->text_end = end + 1;
	head = ((size_t)(end + 2 - data) + MEM_PAGE - 1) & ~(size_t)(MEM_PAGE - 1);
	if (head > len || (len - head) % MEM_PAGE)
		return fail_image("a chunk of pages does not end with a whole page");
	for (const uint8_t *p = end + 2; p < data + head; p++)
		if (*p)
			return fail_image("a chunk of pages has something between its head and its pages");
	c->pages = data + head;
	c->pages_end = data + len;
	return 0;
}

/* "PREFIX" at *P, before END. */
static int take_word(const uint8_t **p, const uint8_t *end, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(end - *p) < n || memcmp(*p, word, n))
		return 0;
	*p += n;
	return 1;
}

static int digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

static int take_number(const uint8_t **p, const uint8_t *end, int base, uint64_t *out)
{
	const uint8_t *start = *p;

	for (*out = 0; *p < end && digit(**p) < base; (*p)++) {
		if (*out >> 56)
			return 0;
		*out = *out * (uint64_t)base + (uint64_t)digit(**p);
	}
	return *p > start;
}

static int parse_line(const uint8_t **p, const uint8_t *end, struct mem_chunk_run *run)
{
	uint64_t pages;

	run->parent = take_word(p, end, "parent ");
	if (!run->parent && !take_word(p, end, "run "))
		return -1;
	if (!take_word(p, end, "addr=0x") || !take_number(p, end, 16, &run->start) || !take_word(p, end, " pages=") ||
	    !take_number(p, end, 10, &pages) || !take_word(p, end, "\n"))
		return -1;
	if (run->start % MEM_PAGE || run->start >= MEM_TASK_SIZE || !pages || pages > PAGES_MAX)
		return -1;
	run->end = run->start + pages * MEM_PAGE;
	return run->end > MEM_TASK_SIZE ? -1 : 0;
}

int mem_chunk_next(struct mem_chunk *c, struct mem_chunk_run *run)
{
	if (c->text == c->text_end) {
		if (c->pages != c->pages_end)
			return fail_image("a chunk holds pages that none of its lines names");
		return 0;
	}
	if (parse_line(&c->text, c->text_end, run) < 0)
		return fail_image("a chunk of pages has a bad line in its head");
	run->data = NULL;
	if (run->parent)
		return 1;
	if ((uint64_t)(c->pages_end - c->pages) < run->end - run->start)
		return fail_image("a chunk holds fewer pages than its lines name");
	run->data = c->pages;
	c->pages += run->end - run->start;
	return 1;
}
