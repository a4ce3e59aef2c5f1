/* squeeze_test.c - what is squeezed comes back byte for byte: by hand here, and the checklist as it was built in. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build/texts.h"
#include "core/base/squeeze.h"
#include "check.h"

/* As scripts/squeeze.c does it. Returns the length. */
static size_t squeeze(const uint8_t *text, size_t size, uint8_t *out)
{
	struct squeeze *s = calloc(1, sizeof(*s));
	size_t n = 0;

	squeeze_start(s);
	for (size_t i = 0; i < 8 * size; i++) {
		uint32_t high;

		squeeze_narrow(s, text[i / 8] >> (7 - i % 8) & 1);
		for (high = s->high; squeeze_shift(s); high = s->high)
			out[n++] = (uint8_t)(high >> 24);
	}
	out[n++] = (uint8_t)((s->low >> 24) + 1);
	free(s);
	return n;
}

static int comes_back(const uint8_t *text, size_t size, size_t most)
{
	static uint8_t out[1 << 17];
	size_t len = squeeze(text, size, out);
	char *again = malloc(size + 1);
	int same = again && !unsqueeze(out, len, again, size) && len <= most && !memcmp(again, text, size) && !again[size];

	free(again);
	return same;
}

int main(void)
{
	static uint8_t data[50000];
	uint32_t seed = 1;
	static char texts[SQUEEZED_SIZE + 1], first[SQUEEZED_FIRST + 1];

	check(comes_back(data, 0, 1), "nothing at all");
	check(comes_back(data, sizeof(data), 200), "zeros");
	memset(data, 0xff, sizeof(data));
	check(comes_back(data, sizeof(data), 200), "ones");
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)((seed = seed * 1103515245 + 12345) >> 16);
	check(comes_back(data, sizeof(data), sizeof(data) + sizeof(data) / 20), "what cannot be foretold");
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)"the quick brown fox "[i % 20];
	check(comes_back(data, sizeof(data), 400), "the same again and again");
	check(!unsqueeze(squeezed, sizeof(squeezed), texts, SQUEEZED_SIZE) && strlen(texts) == SQUEEZED_SIZE && comes_back((const uint8_t *)texts, SQUEEZED_SIZE, sizeof(squeezed)),
	      "the texts that were built in are those that the build squeezed");
	check(sizeof(squeezed) < SQUEEZED_SIZE / 10 * 4, "they take less than two fifths of their room");
	check(!unsqueeze(squeezed, sizeof(squeezed), first, SQUEEZED_FIRST) && !strncmp(texts, first, SQUEEZED_FIRST) &&
	      first[SQUEEZED_FIRST - 1] == '\t' && !first[SQUEEZED_FIRST], "and the first of them, alone");
	return failures != 0;
}
