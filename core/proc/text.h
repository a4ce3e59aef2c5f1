/*
 * text.h - what parsers share: stepping through a text that ends with a NUL.
 *
 * Each step moves *P behind what it took and returns 0; or returns -1 with nothing recorded and *P anywhere within the text.
 */
#ifndef CR_PROC_TEXT_H
#define CR_PROC_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"

/* Numbers: at least one digit, no sign for unsigned ones, nothing that does not fit. BASE 8, 10 or 16, without prefix. */
int text_u64(const char **p, unsigned base, uint64_t *out);
int text_u32(const char **p, unsigned base, uint32_t *out);
int text_i64(const char **p, int64_t *out);
int text_i32(const char **p, int *out);

int text_literal(const char **p, const char *literal);
void text_blanks(const char **p);		/* any number of spaces and tabs */
int text_gap(const char **p);			/* at least one of them */
int text_end(const char **p);			/* blanks, then the end of the line (taken) or of the text */

/* Length of the word, or of the rest of the line, at P. */
size_t text_word_length(const char *p);
size_t text_line_length(const char *p);
char *text_rest_of_line(struct arena *a, const char **p);	/* copied, the newline is not taken; NULL with an error recorded */

/* Undoes \ooo in place. Another backslash stays as it is. */
void text_unescape(char *s);

/* Records that LINE of the file WHAT is not understood; returns -1. */
int text_fail(const char *what, const char *line);

#endif
