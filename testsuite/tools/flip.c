/*
 * flip - copies a file with one bit changed.
 *
 *	flip IN OUT BIT		bit number BIT (modulo the size of the file) is the other way round
 */
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
	FILE *in = argc == 4 ? fopen(argv[1], "rb") : NULL, *out = in ? fopen(argv[2], "wb") : NULL;
	unsigned char *p;
	unsigned long long bit;
	long size;

	if (!out) {
		fprintf(stderr, "usage: flip IN OUT BIT\n");
		return 2;
	}
	fseek(in, 0, SEEK_END);
	size = ftell(in);
	rewind(in);
	p = malloc(size + 1);
	if (!p || size <= 0 || fread(p, 1, size, in) != (size_t)size)
		return 3;
	bit = strtoull(argv[3], NULL, 10) % (8ULL * size);
	p[bit / 8] ^= 1 << bit % 8;
	return fwrite(p, 1, size, out) != (size_t)size || fclose(out);
}
