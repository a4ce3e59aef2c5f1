/* unsqueeze.c - the text again. See squeeze.h. */
#include "core/base/squeeze.h"

#include <stdlib.h>

#include "core/base/err.h"

static void take_byte(struct squeeze *s, const uint8_t **at, const uint8_t *end, uint32_t *code)
{
	while (squeeze_shift(s))
		*code = *code << 8 | (*at < end ? *(*at)++ : 0);
}

int unsqueeze(const uint8_t *squeezed, size_t len, char *text, size_t size)
{
	struct squeeze *s = calloc(1, sizeof(*s));
	const uint8_t *at = squeezed, *end = squeezed + len;
	uint32_t code = 0;

	if (!s)
		return fail("unpack a text");
	squeeze_start(s);
	for (int i = 0; i < 4; i++)
		code = code << 8 | (at < end ? *at++ : 0);
	for (size_t bit = 0; bit < 8 * size; bit++) {
		int is = code <= squeeze_middle(s);

		text[bit / 8] = (char)(text[bit / 8] << 1 | is);
		squeeze_narrow(s, is);
		take_byte(s, &at, end, &code);
	}
	text[size] = '\0';
	free(s);
	return 0;
}
