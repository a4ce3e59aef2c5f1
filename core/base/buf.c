/*
 * buf.c - a growing run of bytes, always followed by a NUL that is not counted.
 *
 *	struct buf b = { 0 };
 *	buf_printf(&b, "/proc/%d", pid);
 *	if (buf_check(&b)) ...
 */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"

#define CAP_MIN 4096

/* Makes room for LEN bytes and the NUL. */
static int make_room(struct buf *b, size_t len)
{
	size_t cap;
	char *p;

	if (b->failed)
		return -1;
	cap = b->cap ? b->cap : CAP_MIN;
	if (len >= SIZE_MAX / 4 || b->len >= SIZE_MAX / 4) {
		b->failed = 1;
		return -1;
	}
	if (b->p && b->cap - b->len > len)
		return 0;
	while (cap - b->len <= len || cap < b->len)
		cap *= 2;
	p = realloc(b->p, cap);
	if (!p) {
		b->failed = 1;
		return -1;
	}
	b->p = p;
	b->cap = cap;
	b->p[b->len] = '\0';
	return 0;
}

void buf_add(struct buf *b, const void *data, size_t len)
{
	if (make_room(b, len))
		return;
	if (len)
		memcpy(b->p + b->len, data, len);
	b->len += len;
	b->p[b->len] = '\0';
}

void buf_puts(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_putc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list args;
	int n;

	if (make_room(b, 128))
		return;
	va_start(args, fmt);
	n = vsnprintf(b->p + b->len, b->cap - b->len, fmt, args);
	va_end(args);
	if (n >= 0 && (size_t)n >= b->cap - b->len) {
		b->p[b->len] = '\0';
		if (make_room(b, (size_t)n))
			return;
		va_start(args, fmt);
		n = vsnprintf(b->p + b->len, b->cap - b->len, fmt, args);
		va_end(args);
	}
	if (n < 0) {
		b->p[b->len] = '\0';
		b->failed = 1;
		return;
	}
	b->len += (size_t)n;
}

char *buf_reserve(struct buf *b, size_t len)
{
	return make_room(b, len) ? NULL : b->p + b->len;
}

void buf_end(struct buf *b, char *end)
{
	*end = '\0';
	b->len = (size_t)(end - b->p);
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	if (b->p)
		b->p[0] = '\0';
}

void buf_free(struct buf *b)
{
	free(b->p);
	*b = (struct buf){ 0 };
}

int buf_check(const struct buf *b)
{
	return b->failed ? fail_plain("out of memory") : 0;
}

/* The backslash is escaped too, so that the text can be taken back; the space, so that it stays one word. */
void buf_put_escaped(struct buf *b, const char *text)
{
	static const char hex[] = "0123456789abcdef";
	const unsigned char *s;

	for (s = (const unsigned char *)text; *s; s++) {
		if (*s > 0x20 && *s < 0x7f && *s != '\\') {
			buf_putc(b, (char)*s);
		} else {
			char escape[4] = { '\\', 'x', hex[*s >> 4], hex[*s & 15] };

			buf_add(b, escape, sizeof(escape));
		}
	}
}
