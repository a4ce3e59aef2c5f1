/* words.c - lists of names as one text. See words.h. */
#include <string.h>

#include "core/base/words.h"

size_t words_length(const char *at)
{
	size_t n = 0;

	while (at[n] && at[n] != ' ')
		n++;
	return n;
}

const char *words_next(const char *at)
{
	at += words_length(at);
	return *at ? at + 1 : at;
}

int words_have(const char *words, const char *word, size_t len)
{
	for (; *words; words = words_next(words))
		if (words_length(words) == len && !memcmp(words, word, len))
			return 1;
	return 0;
}
