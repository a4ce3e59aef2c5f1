/*
 * record.c - reading text records: one line each, taken apart through field tables.
 *
 *	eventfd id=7 count=3 semaphore=0 name=a\x20b
 *
 * There is one way to write a record: no sign or zero in front of a number, nothing escaped that need not be. The
 * decoder refuses every other, so that what was read and is written again is the same text.
 */
#include <string.h>

#include "image/private.h"
#include "image/record.h"

static int is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

static int fail_key(const struct record *r, const char *key, const char *why)
{
	return fail_image("%s: %s %s", r->kind, key, why);
}

/* Which of 64 sets KEY, up to its end, is of. Most keys of a record are of different ones, and need not be compared. */
static uint64_t set_of(const char *key, const char *end)
{
	unsigned hash = 0;

	while (key < end)
		hash = hash * 31 + (unsigned char)*key++;
	return 1ull << (hash % 64);
}

/* Keys nearly always come in the order of the table: the one behind the last that was found is the next. */
static struct record_pair *find(struct record *r, const char *key)
{
	unsigned i = r->next;

	if (i >= r->npairs || strcmp(r->pairs[i].key, key)) {
		if (!(r->sets & set_of(key, key + strlen(key))))
			return NULL;
		for (i = 0; i < r->npairs && strcmp(r->pairs[i].key, key); i++)
			;
	}
	if (i == r->npairs)
		return NULL;
	r->next = i + 1;
	return &r->pairs[i];
}

static int is_there(const struct record *r, const char *key)
{
	unsigned i;

	for (i = 0; i < r->npairs; i++)
		if (!strcmp(r->pairs[i].key, key))
			return 1;
	return 0;
}

/* One key=value at WORD. Returns its end, NULL with an error recorded. */
static char *add_pair(struct record *r, char *word)
{
	char *end = word, *value;
	uint64_t set;

	while (is_name(*end))
		end++;
	if (end == word || *end != '=') {
		fail_image(end[strcspn(end, "= ")] == '=' ? "a key with a character that no key has" : "a word that is not key=value");
		return NULL;
	}
	*end = '\0';
	value = end + 1;
	set = set_of(word, end);
	for (end = value; record_plain((unsigned char)*end) || *end == '\\'; end++)
		;
	if (*end && *end != ' ')
		fail_key(r, word, "has a character that should be escaped");
	else if (r->sets & set && is_there(r, word))
		fail_key(r, word, "comes twice");
	else if (r->npairs == RECORD_KEYS_MAX)
		fail_image("too many keys");
	else {
		r->sets |= set;
		r->pairs[r->npairs++] = (struct record_pair){ .key = word, .value = value };
		return end;
	}
	return NULL;
}

int record_parse(struct record *r, char *line)
{
	char *p = line;

	r->npairs = r->next = 0;
	r->sets = 0;
	r->kind = line;
	while (is_name(*p) || *p == '-')
		p++;
	if (p == line || (*p && *p != ' '))
		return fail_image("no kind of record at its beginning");
	while (*p) {
		*p++ = '\0';
		p = add_pair(r, p);
		if (!p)
			return -1;
	}
	return 0;
}

/* ALL: it may not be left out. */
static struct record_pair *take(struct record *r, const char *key, int all)
{
	struct record_pair *p = find(r, key);

	if (p)
		p->taken = 1;
	else if (all)
		fail_key(r, key, "is missing");
	return p;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Digits up to END, the only way in which the number can be written. */
static int parse_digits(const char *s, const char *end, unsigned base, uint64_t *value)
{
	uint64_t v = 0;

	if (s == end || (*s == '0' && end - s > 1))
		return -1;
	for (; s < end; s++) {
		int d = hex_value(*s);

		if (d < 0 || (unsigned)d >= base || __builtin_mul_overflow(v, base, &v) || __builtin_add_overflow(v, (unsigned)d, &v))
			return -1;
	}
	*value = v;
	return 0;
}

static int parse_signed(const char *s, const char *end, uint64_t *value)
{
	int minus = *s == '-';

	if (parse_digits(s + minus, end, 10, value))
		return -1;
	if (*value > (uint64_t)INT64_MAX + (unsigned)minus || (minus && *value == 0))
		return -1;
	if (minus)
		*value = -*value;
	return 0;
}

static int parse_number(const char *s, int type, uint64_t *value)
{
	const char *end = s + strlen(s);

	switch (type) {
	case FIELD_I64:
		return parse_signed(s, end, value);
	case FIELD_HEX:
		return s[0] == '0' && s[1] == 'x' ? parse_digits(s + 2, end, 16, value) : -1;
	case FIELD_OCT:
		*value = 0;
		if (s[0] != '0' || s[1] == '\0')
			return s[0] == '0' ? 0 : -1;
		return s[1] == '0' ? -1 : parse_digits(s + 1, end, 8, value);
	default:
		return parse_digits(s, end, 10, value);
	}
}

static int take_number(struct record *r, const struct record_pair *p, const struct field *f, void *object)
{
	uint64_t v;

	if (parse_number(p->value, f->type, &v))
		return fail_key(r, p->key, "is not a number as it should be written");
	if (field_set(f, object, v))
		return fail_key(r, p->key, "is out of range");
	return 0;
}

/* Into TO, which is as long as the escaped text: an empty one may be anybody's. */
static int unescape(const char *s, char *to)
{
	while (*s) {
		int hi, lo, c;

		if (*s != '\\') {
			*to++ = *s++;
			continue;
		}
		if (s[1] != 'x' || (hi = hex_value(s[2])) < 0 || (lo = hex_value(s[3])) < 0)
			return -1;
		c = hi << 4 | lo;
		if (c == 0 || record_plain((unsigned char)c))
			return -1;
		*to++ = (char)c;
		s += 4;
	}
	*to = '\0';
	return 0;
}

static int take_string(struct record *r, struct arena *a, const struct record_pair *p, char **value)
{
	char *to = arena_strdup(a, p->value);

	if (!to)
		return -1;
	if (unescape(p->value, to))
		return fail_key(r, p->key, "has a bad escape");
	*value = to;
	return 0;
}

static int take_bytes(struct record *r, struct arena *a, const struct record_pair *p, struct bytes *b)
{
	size_t i, len = strlen(p->value);

	*b = (struct bytes){ NULL, 0 };
	if (len % 2)
		return fail_key(r, p->key, "has half a byte");
	if (!len)
		return 0;
	b->p = arena_alloc(a, len / 2);
	if (!b->p)
		return -1;
	for (i = 0; i < len / 2; i++) {
		int hi = hex_value(p->value[2 * i]), lo = hex_value(p->value[2 * i + 1]);

		if (hi < 0 || lo < 0)
			return fail_key(r, p->key, "is not hexadecimal");
		b->p[i] = (uint8_t)(hi << 4 | lo);
	}
	b->len = len / 2;
	return 0;
}

static int take_list(struct record *r, struct arena *a, const struct record_pair *p, struct u64_list *l)
{
	const char *s, *end;
	size_t n = 1;

	*l = (struct u64_list){ NULL, 0 };
	if (!*p->value)
		return 0;
	for (s = p->value; *s; s++)
		n += *s == ',';
	l->v = arena_alloc(a, n * sizeof(*l->v));
	if (!l->v)
		return -1;
	for (s = p->value; l->n < n; s = end + 1) {
		end = strchr(s, ',');
		if (!end)
			end = s + strlen(s);
		if (parse_digits(s, end, 10, &l->v[l->n]))
			return fail_key(r, p->key, "is not a list of numbers");
		l->n++;
	}
	return 0;
}

int record_take_u64(struct record *r, const char *key, uint64_t *value)
{
	static const struct field f = { "", FIELD_U64, sizeof(uint64_t), 0, 0 };
	struct record_pair *p = take(r, key, 1);

	return p ? take_number(r, p, &f, value) : -1;
}

static int take_field(struct record *r, struct arena *a, const struct field *f, void *object, int all)
{
	void *member = (char *)object + f->offset;
	struct record_pair *p = take(r, f->name, all);

	if (!p && f->type == FIELD_STR)
		*(const char **)member = "";
	if (!p)
		return all ? -1 : 0;
	switch (f->type) {
	case FIELD_STR:
		return take_string(r, a, p, member);
	case FIELD_BYTES:
		return take_bytes(r, a, p, member);
	case FIELD_LIST:
		return take_list(r, a, p, member);
	default:
		return take_number(r, p, f, object);
	}
}

int record_take_fields(struct record *r, struct arena *a, const struct field *fields, void *object)
{
	int all = !r->seen || record_is_first(r->seen, fields);

	for (; fields->name; fields++)
		if (take_field(r, a, fields, object, all))
			return -1;
	return 0;
}

int record_done(struct record *r)
{
	unsigned i;

	for (i = 0; i < r->npairs; i++)
		if (!r->pairs[i].taken && strncmp(r->pairs[i].key, "x_", 2))
			return fail_key(r, r->pairs[i].key, "is unknown to this version of cr");
	return 0;
}
