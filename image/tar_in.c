/*
 * tar_in.c - the archive on its way in: this reads and hashes, libarchive takes the headers apart.
 *
 *	| header 512 | data | padding + header 512 | data | ... | padding + header of the seal | seal | padding + 1024 zeros |
 *	  `-- head     `-- straight to its place, in one readv with the head after it and some more
 *
 * libarchive is given one such piece at a time. So the position is always known, nothing large is copied, and only plain
 * files get to it: extended headers, links and sparse maps, where a hostile archive could make work, are refused before.
 *
 * archive_read_open(3), readv(2)
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/uio.h>

#include "image/private.h"

static ssize_t read_some(int fd, const struct iovec *iov, int n)
{
	for (;;) {
		ssize_t done;

		thread_io_begin();
		done = readv(fd, iov, n);
		if (done < 0 && errno == EAGAIN) {
			struct pollfd p = { .fd = fd, .events = POLLIN };

			poll(&p, 1, -1);
			errno = EINTR;
		}
		thread_io_end();
		if (done >= 0 || errno != EINTR)
			return done;
	}
}

/* Of DONE bytes those are TO's that it has room for. */
static size_t advance(struct iovec *to, size_t done)
{
	size_t n = done < to->iov_len ? done : to->iov_len;

	to->iov_base = (char *)to->iov_base + n;
	to->iov_len -= n;
	return n;
}

static size_t take_ahead(struct tar_in *t, struct iovec *to)
{
	void *at = to->iov_base;
	size_t n = advance(to, t->ahead_len);

	memcpy(at, t->ahead + t->ahead_at, n);
	t->ahead_at += n;
	t->ahead_len -= n;
	return n;
}

/* Fills both places and returns how many bytes came: fewer only at the end of the file. */
static ssize_t read_two(struct tar_in *t, void *a, size_t a_len, void *b, size_t b_len)
{
	struct iovec iov[3] = { { a, a_len }, { b, b_len }, { t->ahead, sizeof(t->ahead) } };
	size_t total = take_ahead(t, &iov[0]);

	total += take_ahead(t, &iov[1]);
	while (iov[0].iov_len || iov[1].iov_len) {
		ssize_t done = read_some(t->fd, iov, 3);
		size_t n;

		if (done < 0)
			return fail("read the image");
		if (done == 0 && t->behind && writer_await(t->behind, t->bytes + total))
			continue;
		if (done == 0)
			break;
		n = advance(&iov[0], (size_t)done);
		n += advance(&iov[1], (size_t)done - n);
		total += n;
		t->ahead_at = 0;
		t->ahead_len = (size_t)done - n;
	}
	t->bytes += total;
	return (ssize_t)total;
}

static int read_and_hash(struct tar_in *t, void *data, size_t len, size_t head_len)
{
	ssize_t n = read_two(t, data, len, t->head, head_len);

	if (n < 0)
		return -1;
	if (t->bytes == 0)
		return fail_image("the image is empty");
	if (t->bytes < 512)
		return fail_image("this is not an image of cr, or a truncated one: it has %llu bytes", (unsigned long long)t->bytes);
	if ((size_t)n < len + head_len)
		return fail_image("the image is truncated: it ends after %llu bytes", (unsigned long long)t->bytes);
	if (len)
		XXH64_update(t->hash, data, len);
	XXH64_update(t->hash, t->head, head_len);
	t->head_len = head_len;
	return 0;
}

static la_ssize_t on_read(struct archive *a, void *context, const void **data)
{
	struct tar_in *t = context;
	size_t len = t->give_len;

	*data = t->give;
	t->give_len = 0;
	if (len == 0) {		/* it wants more than the piece that it was meant to see */
		archive_set_error(a, EINVAL, "the header does not fit what follows it");
		return -1;
	}
	return (la_ssize_t)len;
}

static int fail_damaged(struct tar_in *t, const char *why)
{
	if (t->members == 0)
		return fail_image("this is not an image of cr, or its first bytes are damaged: %s", why);
	return fail_image("the image is damaged at byte %llu: %s", (unsigned long long)(t->bytes - t->head_len), why);
}

/* A compressed tar file is likely enough to say so. */
static const char *packed_by(const uint8_t *p)
{
	static const struct { const char *magic, *name; } packers[] = {
		{ "\x1f\x8b", "it is compressed: unpack it with gzip -d first" },
		{ "\x28\xb5\x2f\xfd", "it is compressed: unpack it with zstd -d first" },
		{ "\x04\x22\x4d\x18", "it is compressed: unpack it with lz4 -d first" },
		{ "\xfd" "7zXZ", "it is compressed: unpack it with xz -d first" },
	};
	size_t i;

	for (i = 0; i < sizeof(packers) / sizeof(*packers); i++)
		if (!memcmp(p, packers[i].magic, strlen(packers[i].magic)))
			return packers[i].name;
	return NULL;
}

static int is_zero(const uint8_t *p, size_t len)
{
	while (len && !*p)
		p++, len--;
	return len == 0;
}

/* Only what the writer makes goes on to libarchive: zero padding and the header of a plain file. */
static int check_head(struct tar_in *t)
{
	const uint8_t *h = t->head + t->head_len - 512;
	const char *packed = t->members ? NULL : packed_by(h);

	if (packed)
		return fail_damaged(t, packed);
	if (!is_zero(t->head, t->head_len - 512))
		return fail_damaged(t, "the padding of a member is not zero");
	if (is_zero(h, 512))
		return fail_damaged(t, "the archive ends without a seal");
	if (memcmp(h + 257, "ustar\0" "00", 8))
		return fail_damaged(t, "no tar header where one should be");
	if (h[156] != '0')
		return fail_damaged(t, "a tar header that is not of a plain file");
	return 0;
}

static int parse_head(struct tar_in *t)
{
	struct archive_entry *e;
	const char *name;
	la_int64_t size;

	t->give = t->head;
	t->give_len = t->head_len;
	if (t->members == 0 && archive_read_open(t->archive, t, NULL, on_read, NULL) != ARCHIVE_OK)
		return fail_damaged(t, archive_error_string(t->archive));
	if (archive_read_next_header(t->archive, &e) != ARCHIVE_OK)
		return fail_damaged(t, archive_error_string(t->archive));
	name = archive_entry_pathname(e);
	size = archive_entry_size(e);
	if (!name || strlen(name) >= sizeof(t->name) || archive_entry_filetype(e) != AE_IFREG)
		return fail_damaged(t, "a member that is not a plain file with a short name");
	if (size <= 0)
		return fail_damaged(t, "a member without content");
	strcpy(t->name, name);
	t->size = t->left = (uint64_t)size;
	t->pad = (size_t)(-t->size & 511);
	t->offset = 0;
	return 0;
}

int tar_in_open(struct tar_in *t, int fd)
{
	t->fd = fd;
	t->hash = XXH64_createState();
	t->archive = archive_read_new();
	if (!t->hash || !t->archive)
		return fail_plain("out of memory");
	XXH64_reset(t->hash, 0);
	if (archive_read_support_format_tar(t->archive) != ARCHIVE_OK)
		return fail_plain("read the image: %s", archive_error_string(t->archive));
	return 0;
}

/* The head of every member but the first was read together with the end of the member before. */
int tar_in_next(struct tar_in *t)
{
	if (t->bytes) {
		if (t->left)
			return fail_plain("read the image: a member was not read to its end");
		t->members++;
	} else if (read_and_hash(t, t->head, 0, 512)) {
		return -1;
	}
	if (t->members > MEMBERS_MAX)
		return fail_image("the image has more than %u members", MEMBERS_MAX);
	return check_head(t) || parse_head(t) ? -1 : 0;
}

int tar_in_data(struct tar_in *t, void *to, size_t len)
{
	size_t got;
	const void *p;
	la_int64_t offset;

	if (read_and_hash(t, to, len, len == t->left ? t->pad + 512 : 0))
		return -1;
	t->give = to;
	t->give_len = len;
	if (archive_read_data_block(t->archive, &p, &got, &offset) != ARCHIVE_OK)
		return fail_damaged(t, archive_error_string(t->archive));
	if (p != to || got != len || (uint64_t)offset != t->offset)
		return fail_damaged(t, "a member that is not stored in one piece");
	t->offset += len;
	t->left -= len;
	return 0;
}

/* Every byte of the end is known beforehand, so it is compared and not parsed. */
int tar_in_seal(struct tar_in *t)
{
	uint8_t end[(SEAL_SIZE + 511) / 512 * 512 + 1024 + 1];
	char want[SEAL_SIZE + 1];
	uint64_t before = t->bytes;
	ssize_t n;

	seal_format(want, t->members, t->bytes, XXH64_digest(t->hash));
	n = read_two(t, end, sizeof(end), t->head, 0);
	if (n < 0)
		return -1;
	if (n == sizeof(end))
		return fail_image("the image is damaged: something follows its end");
	if (n < (ssize_t)sizeof(end) - 1)
		return fail_image("the image is truncated: it ends after %llu bytes", (unsigned long long)t->bytes);
	if (t->size != SEAL_SIZE || memcmp(end, want, SEAL_SIZE))
		return fail_image("the image is damaged: its first %llu bytes are not what its seal says", (unsigned long long)before);
	if (!is_zero(end + SEAL_SIZE, (size_t)n - SEAL_SIZE))
		return fail_image("the image is damaged: its end is not zero");
	return 0;
}

void tar_in_close(struct tar_in *t)
{
	archive_read_free(t->archive);
	XXH64_freeState(t->hash);
	t->archive = NULL;
	t->hash = NULL;
}
