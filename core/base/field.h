/*
 * field.h - one table describes a record: it encodes, decodes with bounds, prints, turns into JSON and compares.
 *
 *	static const struct field eventfd_fields[] = {
 *		FIELD(struct eventfd, count, U64),
 *		FIELD(struct eventfd, semaphore, BOOL),
 *		FIELD_UNEQUAL(struct eventfd, id, U64, "the kernel numbers eventfds anew"),
 *		FIELD_END
 *	};
 *
 * Integer members may be of any width: the table takes it from the member. In the image a record is one line,
 * `kind key=value key=value`; see image/FORMAT.
 */
#ifndef CR_BASE_FIELD_H
#define CR_BASE_FIELD_H

#include <stddef.h>
#include <stdint.h>

enum field_type {
	FIELD_NONE,			/* ends a table */
	FIELD_U64,			/* unsigned, decimal */
	FIELD_I64,			/* signed, decimal */
	FIELD_HEX,			/* unsigned, 0x... */
	FIELD_OCT,			/* unsigned, 0... */
	FIELD_BOOL,			/* an integer member, 0 or 1 */
	FIELD_STR,			/* char *, never NULL; escaped */
	FIELD_BYTES,			/* struct bytes: hex digits */
	FIELD_LIST,			/* struct u64_list: decimal, comma between */
};

/* Binary data of any length; memory belongs to the model's arena. */
struct bytes {
	uint8_t *p;
	size_t len;
};

size_t bytes_used(const void *data, size_t len);	/* without zeros at its end */

struct u64_list {
	uint64_t *v;
	size_t n;
};

struct field {
	const char *name;		/* key in the image and in JSON: [a-z0-9_]+ */
	uint8_t type;			/* enum field_type */
	uint8_t width;			/* sizeof the member, for integers */
	uint16_t offset;
	uint8_t unequal;		/* 0: compared after restore; 1: it cannot be equal, and the table says the reason why */
};

#define FIELD(type, member, kind) \
	{ #member, FIELD_##kind, sizeof(((type *)0)->member), offsetof(type, member), 0 }
#define FIELD_UNEQUAL(type, member, kind, reason) \
	{ #member, FIELD_##kind, sizeof(((type *)0)->member), offsetof(type, member), sizeof(reason) > 0 }
#define FIELD_END { NULL, FIELD_NONE, 0, 0, 0 }

/* Value of an integer field; sign-extended for FIELD_I64. */
uint64_t field_get(const struct field *f, const void *record);

/* Stores an integer: -1 (nothing recorded) when VALUE does not fit the member or is not 0/1 for BOOL. */
int field_set(const struct field *f, void *record, uint64_t value);

/* 0 equal (or the field is marked unequal), 1 different. */
int field_differs(const struct field *f, const void *a, const void *b);

/* The first member of the table that differs in the two records; NULL: none does. */
const struct field *field_first_difference(const struct field *fields, const void *a, const void *b);

#endif
