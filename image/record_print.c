/*
 * record_print.c - records for people and as JSON, from the same tables.
 *
 *	count 3  semaphore 0  name a\x20b
 *	"count":3,"semaphore":false,"name":"a b"
 *
 * In JSON hexadecimal and octal numbers are strings: addresses do not survive a reader that makes doubles of them.
 */
#include <string.h>

#include "image/private.h"
#include "image/record.h"

#define SHOWN_BYTES 32		/* of a long value, to people */

static const char *string_of(const struct field *f, const void *object)
{
	const char *s = *(char *const *)(const void *)((const char *)object + f->offset);

	return s ? s : "";
}

static void print_value(struct buf *out, const struct field *f, const void *object)
{
	const void *member = (const char *)object + f->offset;
	const struct bytes *b = member;
	size_t i;

	if (f->type == FIELD_STR) {
		buf_put_escaped(out, *string_of(f, object) ? string_of(f, object) : "-");
	} else if (f->type == FIELD_BYTES) {
		for (i = 0; i < b->len && i < SHOWN_BYTES; i++)
			buf_printf(out, "%02x", b->p[i]);
		if (b->len > SHOWN_BYTES || !b->len)
			buf_printf(out, b->len ? "...(%zu bytes)" : "-", b->len);
	} else if (f->type == FIELD_LIST && !((const struct u64_list *)member)->n) {
		buf_putc(out, '-');
	} else {
		record_put_value(out, f, object);
	}
}

void record_print(struct buf *out, const struct field *fields, const void *object)
{
	const struct field *f;

	for (f = fields; f->name; f++) {
		if (f != fields)
			buf_puts(out, "  ");
		buf_puts(out, f->name);
		buf_putc(out, ' ');
		print_value(out, f, object);
	}
}

static void json_value(struct buf *out, const struct field *f, const void *object)
{
	int quoted = f->type == FIELD_BYTES || f->type == FIELD_HEX || f->type == FIELD_OCT;

	if (quoted)
		buf_putc(out, '"');
	if (f->type == FIELD_STR) {
		json_string(out, string_of(f, object));
	} else if (f->type == FIELD_LIST) {
		buf_putc(out, '[');
		record_put_value(out, f, object);
		buf_putc(out, ']');
	} else if (f->type == FIELD_BOOL) {
		buf_puts(out, field_get(f, object) ? "true" : "false");
	} else {
		record_put_value(out, f, object);
	}
	if (quoted)
		buf_putc(out, '"');
}

void record_json(struct buf *out, const struct field *fields, const void *object)
{
	const struct field *f;

	for (f = fields; f->name; f++) {
		json_key(out, f->name);
		json_value(out, f, object);
	}
}

/* Length of the UTF-8 character at S as RFC 3629 has it (no surrogates, nothing longer than need be), or 0. */
static size_t utf8_length(const unsigned char *s)
{
	unsigned char lo = 0x80, hi = 0xbf;
	size_t i, n;

	if (s[0] >= 0xc2 && s[0] <= 0xdf)
		n = 2;
	else if (s[0] >= 0xe0 && s[0] <= 0xef)
		n = 3;
	else if (s[0] >= 0xf0 && s[0] <= 0xf4)
		n = 4;
	else
		return 0;
	if (s[0] == 0xe0)
		lo = 0xa0;
	else if (s[0] == 0xed)
		hi = 0x9f;
	else if (s[0] == 0xf0)
		lo = 0x90;
	else if (s[0] == 0xf4)
		hi = 0x8f;
	if (s[1] < lo || s[1] > hi)
		return 0;
	for (i = 2; i < n; i++)
		if (s[i] < 0x80 || s[i] > 0xbf)
			return 0;
	return n;
}

/* The output may go to a terminal: control characters are escaped, U+0080..U+009F (c2 80..c2 9f) among them. */
void json_string(struct buf *out, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;

	buf_putc(out, '"');
	while (*s) {
		size_t n = utf8_length(s);

		if (n == 2 && s[0] == 0xc2 && s[1] < 0xa0) {
			buf_printf(out, "\\u%04x", s[1]);
			s += 2;
		} else if (n) {
			buf_add(out, s, n);
			s += n;
		} else if (*s < 0x20 || *s > 0x7e) {
			buf_printf(out, "\\u%04x", *s++);
		} else {
			if (*s == '"' || *s == '\\')
				buf_putc(out, '\\');
			buf_putc(out, (char)*s++);
		}
	}
	buf_putc(out, '"');
}

static void put_comma(struct buf *out)
{
	if (out->len && !strchr("{[:", out->p[out->len - 1]))
		buf_putc(out, ',');
}

void json_open(struct buf *out, char bracket)
{
	put_comma(out);
	buf_putc(out, bracket);
}

void json_key(struct buf *out, const char *key)
{
	put_comma(out);
	buf_printf(out, "\"%s\":", key);
}

void json_member(struct buf *out, const char *key, const char *text)
{
	json_key(out, key);
	json_string(out, text ? text : "");
}
