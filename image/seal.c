/*
 * seal.c - the two lines that vouch for bytes: the seal of an image, and the last line of every section.
 *
 *	sealed members=00000123 bytes=00000000000012345678 xxh64=0123456789abcdef
 *	end xxh64=0123456789abcdef
 *
 * The numbers of the seal are padded with zeros: its length stands in its tar header, which is itself under the hash.
 * The reader does not parse either line: it makes the one that would be right, and compares.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

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

/* pread: the position of a descriptor that someone else uses too must not move. */
static int hash_to_end(int fd, XXH64_state_t *state, void *buf, size_t size)
{
	off_t at = 0;

	XXH64_reset(state, 0);
	for (;;) {
		ssize_t n = pread(fd, buf, size, at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail("read a file to hash it");
		if (n == 0)
			return 0;
		XXH64_update(state, buf, (size_t)n);
		at += n;
	}
}

int image_hash_fd(int fd, uint64_t *hash)
{
	const size_t size = 128 * 1024;
	XXH64_state_t *state = XXH64_createState();
	void *buf = malloc(size);
	int err = -1;

	if (!state || !buf)
		fail_plain("out of memory");
	else
		err = hash_to_end(fd, state, buf, size);
	if (!err)
		*hash = XXH64_digest(state);
	free(buf);
	XXH64_freeState(state);
	return err;
}
