/*
 * field.c - reading, storing and comparing the members of a record by its table.
 *
 * An integer member is its lowest bytes on both kinds of byte order: it is copied as the type of its width.
 */
#include <string.h>

#include "core/base/field.h"

size_t bytes_used(const void *data, size_t len)
{
	while (len && !((const uint8_t *)data)[len - 1])
		len--;
	return len;
}

uint64_t field_get(const struct field *f, const void *record)
{
	const char *at = (const char *)record + f->offset;
	int is_signed = f->type == FIELD_I64;
	uint64_t v64;
	uint32_t v32;
	uint16_t v16;
	uint8_t v8;

	switch (f->width) {
	case 1:
		memcpy(&v8, at, 1);
		return is_signed ? (uint64_t)(int8_t)v8 : v8;
	case 2:
		memcpy(&v16, at, 2);
		return is_signed ? (uint64_t)(int16_t)v16 : v16;
	case 4:
		memcpy(&v32, at, 4);
		return is_signed ? (uint64_t)(int32_t)v32 : v32;
	case 8:
		memcpy(&v64, at, 8);
		return v64;
	}
	return 0;
}

static int fits(const struct field *f, uint64_t value)
{
	unsigned bits = f->width * 8u;
	int64_t s = (int64_t)value;

	if (f->type == FIELD_BOOL)
		return value <= 1;
	if (bits >= 64)
		return 1;
	if (f->type == FIELD_I64)
		return s >= -((int64_t)1 << (bits - 1)) && s < ((int64_t)1 << (bits - 1));
	return value >> bits == 0;
}

int field_set(const struct field *f, void *record, uint64_t value)
{
	char *at = (char *)record + f->offset;
	uint32_t v32 = (uint32_t)value;
	uint16_t v16 = (uint16_t)value;
	uint8_t v8 = (uint8_t)value;

	if (!fits(f, value))
		return -1;
	switch (f->width) {
	case 1:
		memcpy(at, &v8, 1);
		return 0;
	case 2:
		memcpy(at, &v16, 2);
		return 0;
	case 4:
		memcpy(at, &v32, 4);
		return 0;
	case 8:
		memcpy(at, &value, 8);
		return 0;
	}
	return -1;
}

static int strings_differ(const void *a, const void *b)
{
	const char *x, *y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	if (!x || !y)
		return x != y;
	return strcmp(x, y) != 0;
}

static int bytes_differ(const struct bytes *a, const struct bytes *b)
{
	return a->len != b->len || (a->len && memcmp(a->p, b->p, a->len));
}

static int lists_differ(const struct u64_list *a, const struct u64_list *b)
{
	return a->n != b->n || (a->n && memcmp(a->v, b->v, a->n * sizeof(*a->v)));
}

int field_differs(const struct field *f, const void *a, const void *b)
{
	const void *x = (const char *)a + f->offset;
	const void *y = (const char *)b + f->offset;

	if (f->unequal)
		return 0;
	switch (f->type) {
	case FIELD_NONE:
		return 0;
	case FIELD_STR:
		return strings_differ(x, y);
	case FIELD_BYTES:
		return bytes_differ(x, y);
	case FIELD_LIST:
		return lists_differ(x, y);
	default:
		return field_get(f, a) != field_get(f, b);
	}
}

const struct field *field_first_difference(const struct field *fields, const void *a, const void *b)
{
	for (const struct field *f = fields; f->type != FIELD_NONE; f++)
		if (field_differs(f, a, b))
			return f;
	return NULL;
}
