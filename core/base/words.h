/* words.h - lists of names as one text, "ext2 ext3 ext4": a table of pointers takes eight bytes more for each. */
#ifndef CR_BASE_WORDS_H
#define CR_BASE_WORDS_H

#include <stddef.h>

/* Is WORD, of LEN bytes, one of WORDS? */
int words_have(const char *words, const char *word, size_t len);

/* The word that stands at AT has so many bytes; the next one, or the end. */
size_t words_length(const char *at);
const char *words_next(const char *at);

#endif
