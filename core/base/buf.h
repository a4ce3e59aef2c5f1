/*
 * buf.h - a growing run of bytes, always followed by a NUL that is not counted.
 */
#ifndef CR_BASE_BUF_H
#define CR_BASE_BUF_H

#include <stddef.h>

#include "core/base/err.h"

struct buf {
	char *p;			/* NULL while empty */
	size_t len;
	size_t cap;
	int failed;			/* memory ran out: all later calls do nothing; look once, at the end */
};

void buf_add(struct buf *b, const void *data, size_t len);
void buf_puts(struct buf *b, const char *s);
void buf_putc(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
char *buf_reserve(struct buf *b, size_t len);	/* room for LEN more bytes at the end, not counted yet; NULL: failed */
void buf_end(struct buf *b, char *end);		/* the room is filled up to END */
void buf_clear(struct buf *b);			/* length 0, memory kept */
void buf_free(struct buf *b);
int buf_check(const struct buf *b);		/* 0, or -1 with "out of memory" recorded */

/* TEXT as one escaped word for error lines and reports: control bytes and non-ASCII become \xNN. */
void buf_put_escaped(struct buf *b, const char *text);

static inline void buf_cleanup(struct buf *b) { buf_free(b); }
#define cleanup_buf __attribute__((cleanup(buf_cleanup)))

#endif
