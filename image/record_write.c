/*
 * record_write.c - writing text records through field tables. The syntax: record.c and FORMAT.
 */
#include <string.h>

#include "image/private.h"
#include "image/record.h"

static const char hex_digits[] = "0123456789abcdef";

static char *copy(char *to, const char *s)
{
	while (*s)
		*to++ = *s++;
	return to;
}

/* KEY NULL, here and below: the value alone. */
static char *copy_key(char *to, const char *key)
{
	if (!key)
		return to;
	*to++ = ' ';
	to = copy(to, key);
	*to++ = '=';
	return to;
}

static void put_key(struct buf *out, const char *key)
{
	char *to = key ? buf_reserve(out, strlen(key) + 2) : NULL;

	if (to)
		buf_end(out, copy_key(to, key));
}

static void put_escaped(struct buf *out, const char *s)
{
	char *to = buf_reserve(out, strlen(s) * 4);

	if (!to)
		return;
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (record_plain(c)) {
			*to++ = (char)c;
			continue;
		}
		*to++ = '\\';
		*to++ = 'x';
		*to++ = hex_digits[c >> 4];
		*to++ = hex_digits[c & 15];
	}
	buf_end(out, to);
}

static void put_bytes(struct buf *out, const struct bytes *b)
{
	char *to = buf_reserve(out, b->len * 2);
	size_t i;

	if (!to)
		return;
	for (i = 0; i < b->len; i++) {
		*to++ = hex_digits[b->p[i] >> 4];
		*to++ = hex_digits[b->p[i] & 15];
	}
	buf_end(out, to);
}

#define DIGITS_MAX 22			/* octal ones */

static char *copy_digits(char *to, uint64_t v, unsigned base)
{
	char digits[DIGITS_MAX];
	unsigned n = 0;

	do
		digits[n++] = hex_digits[v % base];
	while (v /= base);
	while (n)
		*to++ = digits[--n];
	return to;
}

char *record_copy_number(char *to, const char *key, int type, uint64_t v)
{
	to = copy_key(to, key);
	switch (type) {
	case FIELD_HEX:
		return copy_digits(copy(to, "0x"), v, 16);
	case FIELD_OCT:
		return copy_digits(copy(to, v ? "0" : ""), v, 8);
	case FIELD_I64:
		if ((int64_t)v < 0)
			return copy_digits(copy(to, "-"), 0 - v, 10);
	}
	return copy_digits(to, v, 10);
}

/* Most of an image's text are numbers: each one is added at once, byte by byte, as calls for its parts would be most of the work. */
static void put_number(struct buf *out, const char *key, int type, uint64_t v)
{
	char *to = buf_reserve(out, (key ? strlen(key) : 0) + sizeof(" =0x") + DIGITS_MAX);

	if (to)
		buf_end(out, record_copy_number(to, key, type, v));
}

static void put_list(struct buf *out, const struct u64_list *l)
{
	size_t i;

	for (i = 0; i < l->n; i++) {
		if (i)
			buf_putc(out, ',');
		put_number(out, NULL, FIELD_U64, l->v[i]);
	}
}

static void put_field(struct buf *out, const char *key, const struct field *f, const void *object)
{
	const void *member = (const char *)object + f->offset;

	switch (f->type) {
	case FIELD_STR:
		put_key(out, key);
		put_escaped(out, *(char *const *)member ? *(char *const *)member : "");
		return;
	case FIELD_BYTES:
		put_key(out, key);
		put_bytes(out, member);
		return;
	case FIELD_LIST:
		put_key(out, key);
		put_list(out, member);
		return;
	default:
		put_number(out, key, f->type, field_get(f, object));
	}
}

void record_put_value(struct buf *out, const struct field *f, const void *object)
{
	put_field(out, NULL, f, object);
}

void record_begin(struct buf *out, const char *kind)
{
	buf_puts(out, kind);
}

void record_put_u64(struct buf *out, const char *key, uint64_t value)
{
	put_number(out, key, FIELD_U64, value);
}

static int is_nothing(const struct field *f, const void *object)
{
	const void *member = (const char *)object + f->offset;

	switch (f->type) {
	case FIELD_STR:
		return !*(char *const *)member || !**(char *const *)member;
	case FIELD_BYTES:
		return !((const struct bytes *)member)->len;
	case FIELD_LIST:
		return !((const struct u64_list *)member)->n;
	default:
		return !field_get(f, object);
	}
}

int record_is_first(struct record_seen *seen, const struct field *fields)
{
	for (unsigned i = 0; i < seen->n; i++)
		if (seen->tables[i] == fields)
			return 0;
	if (seen->n < RECORD_TABLES_MAX)
		seen->tables[seen->n++] = fields;
	return 1;
}

void record_put_fields(struct buf *out, struct record_seen *seen, const struct field *fields, const void *object)
{
	int all = !seen || record_is_first(seen, fields);

	for (; fields->name; fields++)
		if (all || !is_nothing(fields, object))
			put_field(out, fields->name, fields, object);
}

void record_end(struct buf *out)
{
	buf_putc(out, '\n');
}
