/*
 * record.h - text records of an image: `kind key=value key=value\n`, written and read through field tables.
 *
 * Values are escaped: bytes outside 0x21..0x7e, '\\' and '=' become \xNN; an empty string is written as nothing.
 * The decoder trusts nothing: unknown, missing and repeated keys, numbers out of range, and bad escapes are errors.
 * The first record of a table in a section has all its keys; in the next ones those are left out whose values are 0 or empty.
 */
#ifndef CR_IMAGE_RECORD_H
#define CR_IMAGE_RECORD_H

#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/field.h"

/* The tables that a section has had. Those beyond the maximum are new each time. */
#define RECORD_TABLES_MAX 96
struct record_seen {
	const struct field *tables[RECORD_TABLES_MAX];
	unsigned n;
};

/* 1 once for each table. */
int record_is_first(struct record_seen *seen, const struct field *fields);

/* Writing: begin, then any mix of single keys and whole tables, then end. SEEN NULL: every record has all keys. */
void record_begin(struct buf *out, const char *kind);
void record_put_u64(struct buf *out, const char *key, uint64_t value);
void record_put_fields(struct buf *out, struct record_seen *seen, const struct field *fields, const void *object);
void record_end(struct buf *out);
/* " key=number", without an end, to TO; TYPE: FIELD_*. Returns what is behind it. KEY NULL: the number alone. */
char *record_copy_number(char *to, const char *key, int type, uint64_t v);

/* Reading: parse splits one line in place; take_* consume keys; done refuses what is left. All: 0, or -1 with fail_image(). */
#define RECORD_KEYS_MAX 96

struct record_pair {
	char *key, *value;		/* value still escaped */
	int taken;
};

struct record {
	struct record_seen *seen;	/* of the section; NULL: every record has all keys */
	char *kind;
	struct record_pair pairs[RECORD_KEYS_MAX];
	unsigned npairs;
	unsigned next;			/* where a key is looked for first */
	uint64_t sets;			/* of its keys: see record.c */
};

int record_parse(struct record *r, char *line);
int record_take_u64(struct record *r, const char *key, uint64_t *value);
/* OBJECT: zeros. */
int record_take_fields(struct record *r, struct arena *a, const struct field *fields, void *object);
int record_done(struct record *r);	/* a key left over is unknown: refused, unless it starts with "x_" (optional) */

/* One record as people read it ("key value  key value") and as a JSON object's members ("\"key\":value,..."). */
void record_print(struct buf *out, const struct field *fields, const void *object);
void record_json(struct buf *out, const struct field *fields, const void *object);
void json_string(struct buf *out, const char *text);	/* quoted; bytes that are not UTF-8 become \u00NN */
/* These put a comma in front of what is not the first in its object or array. */
void json_open(struct buf *out, char bracket);		/* an object or array */
void json_key(struct buf *out, const char *key);	/* "key": */
void json_member(struct buf *out, const char *key, const char *text);	/* "key":"text"; NULL is "" */

#endif
