/*
 * record_write.c - writing text records through field tables. The syntax: record.c and FORMAT.
 */
#include <string.h>

#include "image/private.h"
#include "image/record.h"

static const char hex_digits[] = "0123456789abcdef";

static void put_key(struct buf *out, const char *key)
{
	buf_putc(out, ' ');
	buf_puts(out, key);
	buf_putc(out, '=');
}

static void put_escaped(struct buf *out, const char *s)
{
	while (*s) {
		size_t n = 0;

		while (record_plain((unsigned char)s[n]))
			n++;
		buf_add(out, s, n);
		s += n;
		if (*s) {
			unsigned char c = (unsigned char)*s++;
			char escape[4] = { '\\', 'x', hex_digits[c >> 4], hex_digits[c & 15] };

			buf_add(out, escape, 4);
		}
	}
}

static void put_bytes(struct buf *out, const struct bytes *b)
{
	char *to = buf_reserve(out, b->len * 2);
	size_t i;

	if (!to)
		return;
	for (i = 0; i < b->len; i++) {
		to[2 * i] = hex_digits[b->p[i] >> 4];
		to[2 * i + 1] = hex_digits[b->p[i] & 15];
	}
	out->len += b->len * 2;
}

/* Without a format string to read: most of an image's text are numbers. */
static void put_digits(struct buf *out, const char *before, uint64_t v, unsigned base)
{
	char digits[64], *p = digits + sizeof(digits);

	do
		*--p = hex_digits[v % base];
	while (v /= base);
	buf_puts(out, before);
	buf_add(out, p, (size_t)(digits + sizeof(digits) - p));
}

static void put_list(struct buf *out, const struct u64_list *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		put_digits(out, i ? "," : "", l->v[i], 10);
}

static void put_number(struct buf *out, int type, uint64_t v)
{
	int negative = type == FIELD_I64 && (int64_t)v < 0;

	if (type == FIELD_HEX)
		put_digits(out, "0x", v, 16);
	else if (type == FIELD_OCT)
		put_digits(out, v ? "0" : "", v, 8);
	else
		put_digits(out, negative ? "-" : "", negative ? 0 - v : v, 10);
}

void record_put_value(struct buf *out, const struct field *f, const void *object)
{
	const void *member = (const char *)object + f->offset;

	switch (f->type) {
	case FIELD_STR:
		put_escaped(out, *(char *const *)member ? *(char *const *)member : "");
		return;
	case FIELD_BYTES:
		put_bytes(out, member);
		return;
	case FIELD_LIST:
		put_list(out, member);
		return;
	default:
		put_number(out, f->type, field_get(f, object));
	}
}

void record_begin(struct buf *out, const char *kind)
{
	buf_puts(out, kind);
}

void record_put_u64(struct buf *out, const char *key, uint64_t value)
{
	put_key(out, key);
	put_number(out, FIELD_U64, value);
}

void record_put_str(struct buf *out, const char *key, const char *value)
{
	put_key(out, key);
	put_escaped(out, value);
}

void record_put_fields(struct buf *out, const struct field *fields, const void *object)
{
	for (; fields->name; fields++) {
		put_key(out, fields->name);
		record_put_value(out, fields, object);
	}
}

void record_end(struct buf *out)
{
	buf_putc(out, '\n');
}
