/*
 * seal.c - the two lines that vouch for bytes: the seal of an image, and the last line of every section.
 *
 *	sealed members=00000123 bytes=00000000000012345678 xxh64=0123456789abcdef
 *	end xxh64=0123456789abcdef
 *
 * The numbers of the seal are padded with zeros: its length stands in its tar header, which is itself under the hash.
 * The reader does not parse either line: it makes the one that would be right, and compares.
 */
#include <stdio.h>

#include "image/private.h"

void seal_format(char out[SEAL_SIZE + 1], uint64_t members, uint64_t bytes, uint64_t hash)
{
	snprintf(out, SEAL_SIZE + 1, "sealed members=%08llu bytes=%020llu xxh64=%016llx\n",
		 (unsigned long long)members, (unsigned long long)bytes, (unsigned long long)hash);
}

void check_format(char out[CHECK_SIZE + 1], uint64_t hash)
{
	snprintf(out, CHECK_SIZE + 1, "end xxh64=%016llx\n", (unsigned long long)hash);
}

uint64_t image_hash(const void *data, size_t len)
{
	return XXH64(len ? data : "", len, 0);
}
