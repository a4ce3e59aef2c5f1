/*
 * name.c - names of members, and the order in which they may come.
 *
 *	header			a section: [a-z][a-z0-9_-]*
 *	pages/3/000012		bulk: KIND/ID/SEQUENCE, with .lz4 behind it in the archive when compressed
 *	seal			the last one
 *
 * A reader has to refuse a name that comes twice but cannot remember millions of them: so numbers only rise.
 */
#include <stdio.h>
#include <string.h>

#include "image/private.h"

static int is_word(const char *s, size_t len)
{
	size_t i;

	if (len == 0 || len >= SECTION_NAME_MAX || s[0] < 'a' || s[0] > 'z')
		return 0;
	for (i = 1; i < len; i++) {
		int letter = s[i] >= 'a' && s[i] <= 'z';
		int digit = s[i] >= '0' && s[i] <= '9';

		if (!letter && !digit && s[i] != '_' && s[i] != '-')
			return 0;
	}
	return 1;
}

/* Decimal digits, 18 at the most: never overflows. Returns what follows, or NULL. */
static const char *take_number(const char *s, uint64_t *value)
{
	const char *p = s;

	for (*value = 0; *p >= '0' && *p <= '9'; p++)
		*value = *value * 10 + (uint64_t)(*p - '0');
	return p == s || p - s > 18 ? NULL : p;
}

/* ID has no leading zeros and SEQUENCE six digits or more: there is one way to write a name. */
static int split_bulk(const char *name, size_t *kind_len, uint64_t *id, uint64_t *seq)
{
	const char *slash = strchr(name, '/');
	char again[MEMBER_NAME_MAX];
	const char *p;

	if (!slash || strlen(name) >= MEMBER_NAME_MAX || !is_word(name, (size_t)(slash - name)))
		return -1;
	*kind_len = (size_t)(slash - name);
	p = take_number(slash + 1, id);
	if (!p || *p != '/')
		return -1;
	p = take_number(p + 1, seq);
	if (!p || *p)
		return -1;
	snprintf(again, sizeof(again), "%.*s/%llu/%06llu", (int)*kind_len, name,
		 (unsigned long long)*id, (unsigned long long)*seq);
	return strcmp(name, again) ? -1 : 0;
}

enum member_type name_type(const char *name)
{
	uint64_t id, seq;
	size_t len;

	if (!strcmp(name, SEAL_NAME))
		return MEMBER_SEAL;
	if (is_word(name, strlen(name)))
		return MEMBER_SECTION;
	return split_bulk(name, &len, &id, &seq) ? MEMBER_BAD : MEMBER_BULK;
}

const char *order_section(struct order *o, const char *name)
{
	unsigned i;

	if (name_type(name) != MEMBER_SECTION)
		return "is not a name for a section";
	if (o->nkinds)
		return "is a section after bulk data";
	if ((o->nsections == 0) != !strcmp(name, "header"))
		return o->nsections ? "comes twice" : "comes before the header";
	for (i = 0; i < o->nsections; i++)
		if (!strcmp(o->sections[i], name))
			return "comes twice";
	if (o->nsections == SECTIONS_MAX)
		return "is one section too many";
	strcpy(o->sections[o->nsections++], name);
	return NULL;
}

static const char *new_kind(struct order *o, const char *name, size_t len)
{
	unsigned i;

	for (i = 0; i < o->nkinds; i++)
		if (strlen(o->kinds[i]) == len && !memcmp(o->kinds[i], name, len))
			return "is not next to the others of its kind";
	if (o->nkinds == KINDS_MAX)
		return "is one kind of bulk data too many";
	memcpy(o->kinds[o->nkinds], name, len);
	o->kinds[o->nkinds++][len] = '\0';
	return NULL;
}

const char *order_bulk(struct order *o, const char *name)
{
	const char *last = o->nkinds ? o->kinds[o->nkinds - 1] : "";
	const char *why = NULL;
	uint64_t id, seq;
	size_t len;

	if (split_bulk(name, &len, &id, &seq))
		return "is not a name for bulk data";
	if (!o->nsections)
		return "comes before the header";
	if (strlen(last) != len || memcmp(last, name, len))
		why = new_kind(o, name, len);
	else if (id < o->id || (id == o->id && seq <= o->seq))
		why = "comes twice or out of order";
	if (why)
		return why;
	o->id = id;
	o->seq = seq;
	return NULL;
}
