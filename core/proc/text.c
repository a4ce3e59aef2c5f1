/*
 * text.c - stepping through a text.
 *
 *	7f5a33868000-7f5a3388e000 r--p 00000000 fe:00 2631   /usr/lib/x86_64-linux-gnu/libc.so.6
 *	^ text_u64(16) ^ text_literal("-") ...
 *
 * No sscanf(3): it is slow, knows no overflow, and takes signs and white space that no kernel writes.
 */
#include <limits.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/proc/text.h"

static unsigned digit(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned)(c - 'a' + 10);
	if (c >= 'A' && c <= 'F')
		return (unsigned)(c - 'A' + 10);
	return 255;
}

int text_u64(const char **p, unsigned base, uint64_t *out)
{
	const char *s = *p;
	uint64_t v = 0;
	unsigned d;

	for (; (d = digit(*s)) < base; s++)
		if (__builtin_mul_overflow(v, base, &v) || __builtin_add_overflow(v, d, &v))
			return -1;
	if (s == *p)
		return -1;
	*p = s;
	*out = v;
	return 0;
}

int text_u32(const char **p, unsigned base, uint32_t *out)
{
	uint64_t v;

	if (text_u64(p, base, &v) || v > UINT32_MAX)
		return -1;
	*out = (uint32_t)v;
	return 0;
}

int text_i64(const char **p, int64_t *out)
{
	int negative = **p == '-';
	uint64_t v;

	*p += negative;
	if (text_u64(p, 10, &v) || v > (uint64_t)INT64_MAX + (unsigned)negative)
		return -1;
	*out = negative ? (int64_t)(0 - v) : (int64_t)v;
	return 0;
}

int text_i32(const char **p, int *out)
{
	int64_t v;

	if (text_i64(p, &v) || v < INT_MIN || v > INT_MAX)
		return -1;
	*out = (int)v;
	return 0;
}

int text_literal(const char **p, const char *literal)
{
	size_t len = strlen(literal);

	if (strncmp(*p, literal, len))
		return -1;
	*p += len;
	return 0;
}

void text_blanks(const char **p)
{
	while (**p == ' ' || **p == '\t')
		++*p;
}

int text_gap(const char **p)
{
	const char *before = *p;

	text_blanks(p);
	return *p == before ? -1 : 0;
}

int text_end(const char **p)
{
	text_blanks(p);
	if (**p == '\0')
		return 0;
	return text_literal(p, "\n");
}

size_t text_word_length(const char *p)
{
	size_t n = 0;

	while (p[n] && p[n] != ' ' && p[n] != '\t' && p[n] != '\n')
		n++;
	return n;
}

size_t text_line_length(const char *p)
{
	const char *end = strchr(p, '\n');

	return end ? (size_t)(end - p) : strlen(p);
}

char *text_rest_of_line(struct arena *a, const char **p)
{
	size_t len = text_line_length(*p);
	char *s = arena_strndup(a, *p, len);

	*p += len;
	return s;
}

void text_unescape(char *s)
{
	char *to;

	s = strchr(s, '\\');
	if (!s)
		return;
	for (to = s; *s; to++) {
		if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' && digit(s[2]) < 8 && digit(s[3]) < 8) {
			unsigned c = digit(s[1]) * 64 + digit(s[2]) * 8 + digit(s[3]);

			/* The kernel escapes no NUL; one in a name would cut it short. */
			if (c) {
				*to = (char)c;
				s += 4;
				continue;
			}
		}
		*to = *s++;
	}
	*to = '\0';
}

int text_fail(const char *what, const char *line)
{
	cleanup_buf struct buf shown = { 0 };
	const char *end = line + text_line_length(line);

	/* Word by word, so that the spaces stay readable; a long line is shown by its beginning. */
	while (line < end && shown.len < 160) {
		char word[81];
		size_t n = text_word_length(line);

		if (!n) {
			buf_putc(&shown, ' ');
			line++;
			continue;
		}
		if (n >= sizeof(word))
			n = sizeof(word) - 1;
		memcpy(word, line, n);
		word[n] = '\0';
		buf_put_escaped(&shown, word);
		line += n;
	}
	return fail_plain("%s: cannot understand \"%s\"", what, shown.p ? shown.p : "");
}
