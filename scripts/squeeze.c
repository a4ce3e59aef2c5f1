/*
 * squeeze.c - squeezes standard input, and writes it as a piece of C: the array "squeezed", and SQUEEZED_SIZE, the size of the text. It is
 * run at build time, on the machine that builds (scripts/gen-texts). See core/base/squeeze.h.
 */
#include <stdio.h>
#include <stdlib.h>

#include "core/base/squeeze.h"

static void settled(unsigned byte)
{
	static unsigned n;

	printf("%u,%s", byte, ++n % 32 ? "" : "\n");
}

int main(void)
{
	struct squeeze *s = calloc(1, sizeof(*s));
	unsigned long size = 0;
	int c;

	if (!s)
		return 1;
	squeeze_start(s);
	puts("static const unsigned char squeezed[] = {");
	for (; (c = getchar()) != EOF; size++) {
		for (int i = 7; i >= 0; i--) {
			uint32_t high;

			squeeze_narrow(s, c >> i & 1);
			for (high = s->high; squeeze_shift(s); high = s->high)
				settled(high >> 24);
		}
	}
	/* Any value of the interval will do: the one with zeros behind, which are not written. */
	settled((s->low >> 24) + 1);
	printf("};\n#define SQUEEZED_SIZE %lu\n", size);
	free(s);
	return ferror(stdin) || fflush(stdout) ? 1 : 0;
}
