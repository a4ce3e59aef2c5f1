/*
 * record_write.c - writing text records through field tables. The syntax: record.c and FORMAT.
 */
#include <string.h>

#include "image/private.h"
#include "image/record.h"

static const char hex_digits[] = "0123456789abcdef";

/* KEY NULL, here and below: the value alone. */
static void put_key(struct buf *out, const char *key)
{
	if (!key)
		return;
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

/*
 * Most of an image's text are numbers: each is made from its end on, with the key in front, and added at once. Room for 22 octal
 * digits, a prefix, and a key.
 */
struct word {
	char text[128];
	size_t at;			/* it begins there and goes to the end */
};

static void prepend(struct word *w, const char *s)
{
	size_t len = strlen(s);

	w->at -= len;
	memcpy(w->text + w->at, s, len);
}

static void prepend_digits(struct word *w, uint64_t v, unsigned base)
{
	do
		w->text[--w->at] = hex_digits[v % base];
	while (v /= base);
}

static void prepend_number(struct word *w, int type, uint64_t v)
{
	int negative = type == FIELD_I64 && (int64_t)v < 0;

	if (type == FIELD_HEX) {
		prepend_digits(w, v, 16);
		prepend(w, "0x");
	} else if (type == FIELD_OCT) {
		prepend_digits(w, v, 8);
		prepend(w, v ? "0" : "");
	} else {
		prepend_digits(w, negative ? 0 - v : v, 10);
		prepend(w, negative ? "-" : "");
	}
}

static void put_number(struct buf *out, const char *key, int type, uint64_t v)
{
	__attribute__((uninitialized)) struct word w;

	w.at = sizeof(w.text);
	prepend_number(&w, type, v);
	if (key) {
		prepend(&w, "=");
		prepend(&w, key);
		prepend(&w, " ");
	}
	buf_add(out, w.text + w.at, sizeof(w.text) - w.at);
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

void record_put_str(struct buf *out, const char *key, const char *value)
{
	put_key(out, key);
	put_escaped(out, value);
}

void record_put_fields(struct buf *out, const struct field *fields, const void *object)
{
	for (; fields->name; fields++)
		put_field(out, fields->name, fields, object);
}

void record_end(struct buf *out)
{
	buf_putc(out, '\n');
}
