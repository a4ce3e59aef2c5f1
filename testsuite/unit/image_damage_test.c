/*
 * image_damage_test.c - damaged, hostile and foreign archives are refused: each flipped bit, each cut, each broken rule.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/io.h"
#include "image/private.h"
#include "check.h"

#define USTAR archive_write_set_format_ustar
#define HEADER "image format=1 arch=x86_64\n"

static int new_file(void)
{
	return memfd_create("image", MFD_CLOEXEC);
}

/* Reads all. 0: good, -1: not. MEMBERS may be NULL. */
static int blind;			/* as a dump reads: it keeps no section */

static int read_all(int fd, unsigned *members)
{
	struct image_reader *r;
	struct image_member m;
	unsigned n = 0;
	int result;

	err_clear();
	r = image_reader_new(fd);
	if (!r)
		return -1;
	if (blind)
		image_reader_blind(r);
	while ((result = image_read_next(r, &m)) > 0)
		n++;
	image_reader_free(r);
	if (members)
		*members = n;
	return result;
}

static int read_file(int fd, unsigned *members)
{
	lseek(fd, 0, SEEK_SET);
	return read_all(fd, members);
}

/* ---- damage ---- */

/* The first one does not compress, the second one does. */
static int put_chunk(struct image_writer *w, uint64_t seq, size_t len)
{
	struct image_chunk *c = image_chunk_get(w);
	size_t i;

	snprintf(c->name, sizeof(c->name), "pages/1/%06llu", (unsigned long long)seq);
	c->len = len;
	for (i = 0; i < len; i++)
		c->data[i] = (uint8_t)(seq ? i / 97 : i * i);
	return image_chunk_put(w, c);
}

static int write_small(int fd)
{
	struct image_writer *w = image_writer_new(fd, IMAGE_LZ4, 1);
	int err = image_write_section(w, "header", HEADER, strlen(HEADER)) || image_write_section(w, "tasks", "task pid=1\n", 11) ||
		  put_chunk(w, 0, 100) || put_chunk(w, 1, 4096) || image_writer_finish(w);

	image_writer_free(w);
	return err;
}

static void test_flips(int fd, size_t size)
{
	unsigned missed = 0, wrong = 0, bit;
	size_t at;

	for (at = 0; at < size; at++) {
		for (bit = 0; bit < 8; bit++) {
			uint8_t c, was;

			pread(fd, &was, 1, (off_t)at);
			c = was ^ (uint8_t)(1u << bit);
			pwrite(fd, &c, 1, (off_t)at);
			if (read_file(fd, NULL) != -1) {
				printf("      missed: byte %zu bit %u\n", at, bit);
				missed++;
			}
			wrong += err_status() != STATUS_BAD_IMAGE;
			pwrite(fd, &was, 1, (off_t)at);
		}
	}
	printf("      %zu bits\n", size * 8);
	check(missed == 0, "every flipped bit of an image is noticed");
	check(wrong == 0, "... and reported as a bad image");
}

static void test_cuts(int fd, size_t size)
{
	unsigned missed = 0, wrong = 0;
	size_t len;

	for (len = 0; len < size; len++) {
		cleanup_fd int cut = new_file();
		char buf[16384];

		pread(fd, buf, len, 0);
		pwrite(cut, buf, len, 0);
		missed += read_file(cut, NULL) != -1;
		wrong += err_status() != STATUS_BAD_IMAGE || !(strstr(err_text(), "truncated") || strstr(err_text(), "empty"));
	}
	check(missed == 0, "an image cut at any byte is noticed");
	check(wrong == 0, "... and reported as truncated");
}

static void test_tails(int fd, size_t size)
{
	char block[512] = { 0 };

	pwrite(fd, "x", 1, (off_t)size);
	check(read_file(fd, NULL) == -1, "garbage after the end is noticed");
	pwrite(fd, block, sizeof(block), (off_t)size);
	check(read_file(fd, NULL) == -1, "a zero block after the end is noticed");
	ftruncate(fd, (off_t)size);
	check(read_file(fd, NULL) == 0, "the image is whole again");
}

static void test_damage(void)
{
	cleanup_fd int fd = new_file();
	unsigned members;
	size_t size;

	check(!write_small(fd), "a small image is written");
	size = (size_t)lseek(fd, 0, SEEK_END);
	check(read_file(fd, &members) == 0 && members == 4, "the small image is read");
	test_flips(fd, size);
	test_cuts(fd, size);
	test_tails(fd, size);
}

/* ---- hostile archives: with a right seal, so that only the rule in question can refuse them ---- */

static void put_section(struct tar_out *t, const char *name, const char *text)
{
	char line[CHECK_SIZE + 1];

	check_format(line, image_hash(text, strlen(text)));
	tar_out_member(t, name, text, strlen(text), line);
}

static void expect_refused(const char *title, void (*make)(struct tar_out *t), const char *says)
{
	cleanup_fd int fd = new_file();
	struct tar_out t = { 0 };
	int refused;

	tar_out_open(&t, fd);
	make(&t);
	tar_out_seal(&t);
	tar_out_close(&t);
	for (blind = 0, refused = 1; blind < 2; blind++)
		refused = refused && read_file(fd, NULL) == -1 && err_status() == STATUS_BAD_IMAGE && strstr(err_text(), says);
	blind = 0;
	check(refused, title);
}

static void with_header(struct tar_out *t, const char *name, const char *text)
{
	put_section(t, "header", HEADER);
	tar_out_member(t, name, text, strlen(text), "");
}

static void no_header(struct tar_out *t) { put_section(t, "tasks", "task pid=1\n"); }
static void absolute(struct tar_out *t) { with_header(t, "/pages/1/000000", "x"); }
static void dotdot(struct tar_out *t) { with_header(t, "pages/../000000", "x"); }
static void deep(struct tar_out *t) { with_header(t, "pages/1/2/000000", "x"); }
static void short_number(struct tar_out *t) { with_header(t, "pages/1/0", "x"); }
static void long_number(struct tar_out *t) { with_header(t, "pages/1/0000000", "x"); }
static void zero_id(struct tar_out *t) { with_header(t, "pages/01/000000", "x"); }
static void huge_number(struct tar_out *t) { with_header(t, "pages/99999999999999999999/000000", "x"); }
static void upper_case(struct tar_out *t) { with_header(t, "Tasks", "x"); }
static void packed_section(struct tar_out *t) { with_header(t, "tasks.lz4", "x"); }
static void packed_seal(struct tar_out *t) { with_header(t, "seal.lz4", "x"); }
static void other_suffix(struct tar_out *t) { with_header(t, "pages/1/000000.zst", "x"); }
static void not_lz4(struct tar_out *t) { with_header(t, "pages/1/000000.lz4", "hello, world, this is no frame"); }
static void no_check(struct tar_out *t) { with_header(t, "tasks", "task pid=1\n"); }
static void two_seals(struct tar_out *t) { with_header(t, "seal", "x"); }

static void bad_check(struct tar_out *t)
{
	put_section(t, "header", HEADER);
	tar_out_member(t, "tasks", "task pid=1\nend xxh64=0123456789abcdef\n", 38, "");
}

static void section_twice(struct tar_out *t)
{
	put_section(t, "header", HEADER);
	put_section(t, "tasks", "task pid=1\n");
	put_section(t, "tasks", "task pid=1\n");
}

static void section_late(struct tar_out *t)
{
	with_header(t, "pages/1/000000", "x");
	put_section(t, "tasks", "task pid=1\n");
}

static void bulk_twice(struct tar_out *t)
{
	with_header(t, "pages/1/000000", "x");
	tar_out_member(t, "pages/1/000000", "y", 1, "");
}

static void bulk_back(struct tar_out *t)
{
	with_header(t, "pages/2/000000", "x");
	tar_out_member(t, "pages/1/000001", "y", 1, "");
}

static void kind_again(struct tar_out *t)
{
	with_header(t, "pages/2/000000", "x");
	tar_out_member(t, "pipe/1/000000", "y", 1, "");
	tar_out_member(t, "pages/3/000000", "y", 1, "");
}

static void big_chunk(struct tar_out *t)
{
	char *p = calloc(1, IMAGE_CHUNK + 1);

	put_section(t, "header", HEADER);
	tar_out_member(t, "pages/1/000000", p, IMAGE_CHUNK + 1, "");
	free(p);
}

static void not_text(struct tar_out *t)
{
	char line[CHECK_SIZE + 1];

	put_section(t, "header", HEADER);
	check_format(line, image_hash("a\0b\n", 4));
	tar_out_member(t, "tasks", "a\0b\n", 4, line);
}

/* A frame of 16 MiB of zeros, in a few kB. */
static void bomb(struct tar_out *t)
{
	static const char zeros[1 << 20];
	size_t size = 16 << 20, room = LZ4F_compressFrameBound(size, NULL), n;
	LZ4F_preferences_t p = { .frameInfo = { .contentChecksumFlag = LZ4F_contentChecksumEnabled, .contentSize = sizeof(zeros) } };
	char *out = malloc(room);

	n = LZ4F_compressFrame(out, room, zeros, sizeof(zeros), &p);
	put_section(t, "header", HEADER);
	tar_out_member(t, "pages/1/000000.lz4", out, n, "");
	free(out);
}

static void many_sections(struct tar_out *t)
{
	char name[SECTION_NAME_MAX];
	int i;

	put_section(t, "header", HEADER);
	for (i = 0; i < SECTIONS_MAX; i++) {
		snprintf(name, sizeof(name), "s%d", i);
		put_section(t, name, "");
	}
}

static void test_hostile(void)
{
	expect_refused("an archive without a header is refused", no_header, "not an image");
	expect_refused("an absolute path is refused", absolute, "bad name");
	expect_refused("a path with .. is refused", dotdot, "bad name");
	expect_refused("a path too deep is refused", deep, "bad name");
	expect_refused("a number too short is refused", short_number, "bad name");
	expect_refused("a number too long is refused", long_number, "bad name");
	expect_refused("an id with a zero in front is refused", zero_id, "bad name");
	expect_refused("a number that does not fit is refused", huge_number, "bad name");
	expect_refused("a name in capitals is refused", upper_case, "bad name");
	expect_refused("a compressed section is refused", packed_section, "bad name");
	expect_refused("a compressed seal is refused", packed_seal, "bad name");
	expect_refused("an unknown suffix is refused", other_suffix, "bad name");
	expect_refused("what is no LZ4 frame is refused", not_lz4, "pages/1/000000.lz4");
	expect_refused("an LZ4 frame that is too large is refused", bomb, "pages/1/000000.lz4");
	expect_refused("a section without its last line is refused", no_check, "section tasks");
	expect_refused("a section with a wrong last line is refused", bad_check, "section tasks");
	expect_refused("a section with a NUL is refused", not_text, "not text");
	expect_refused("a section that comes twice is refused", section_twice, "twice");
	expect_refused("a section after bulk data is refused", section_late, "after bulk");
	expect_refused("bulk data that comes twice is refused", bulk_twice, "twice");
	expect_refused("bulk data that goes back is refused", bulk_back, "out of order");
	expect_refused("a kind of bulk data in two places is refused", kind_again, "not next to");
	expect_refused("a chunk that is too large is refused", big_chunk, "262145");
	expect_refused("too many sections are refused", many_sections, "too many");
	expect_refused("a false seal in front of the seal is refused", two_seals, "");
}

/* Archives that our writer cannot make at all. */
static int make_foreign(int (*format)(struct archive *), int type, const char *name, la_int64_t size, const char *link)
{
	int fd = new_file(), out = dup(fd), nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
	struct archive *a = archive_write_new();
	struct archive_entry *e = archive_entry_new();

	format(a);
	archive_write_set_bytes_per_block(a, 0);
	archive_write_open_fd(a, out);
	archive_entry_set_pathname(e, name);
	archive_entry_set_filetype(e, (unsigned)type);
	archive_entry_set_perm(e, 0600);
	archive_entry_set_size(e, size);
	if (link)
		archive_entry_set_symlink(e, link);
	archive_write_header(a, e);
	if (size == 5)
		archive_write_data(a, "abc\n\n", 5);
	else if (size)
		dup2(nowhere, out);	/* the data never comes */
	archive_entry_free(e);
	archive_write_free(a);
	close(out);
	close(nowhere);
	return fd;
}

/* The header of a member made to be of another type; see tar(5) for the places of type and checksum. */
static int make_typed(char type)
{
	int fd = make_foreign(USTAR, AE_IFREG, "header", 5, NULL);
	unsigned char head[512];
	unsigned sum = 0;

	if (pread(fd, head, sizeof(head), 0) != sizeof(head))
		exit(1);
	head[156] = (unsigned char)type;
	memset(head + 148, ' ', 8);
	for (size_t i = 0; i < sizeof(head); i++)
		sum += head[i];
	snprintf((char *)head + 148, 7, "%06o", sum);
	if (pwrite(fd, head, sizeof(head), 0) != sizeof(head))
		exit(1);
	return fd;
}

static void refuse_foreign(const char *title, int fd, const char *says)
{
	check(read_file(fd, NULL) == -1 && err_status() == STATUS_BAD_IMAGE && strstr(err_text(), says), title);
	close(fd);
}

static int text_file(const char *text, size_t len)
{
	int fd = new_file();

	if (write(fd, text, len) != (ssize_t)len)
		exit(1);
	return fd;
}

static void test_foreign(void)
{
	char zeros[10240] = { 0 };

	refuse_foreign("a symbolic link is refused", make_foreign(USTAR, AE_IFLNK, "header", 0, "/etc/passwd"), "plain file");
	refuse_foreign("a folder is refused", make_foreign(USTAR, AE_IFDIR, "header", 0, NULL), "plain file");
	refuse_foreign("a device is refused", make_foreign(USTAR, AE_IFBLK, "header", 0, NULL), "plain file");
	refuse_foreign("an extended header is refused", make_typed('x'), "plain file");
	refuse_foreign("a global extended header is refused", make_typed('g'), "plain file");
	refuse_foreign("a sparse file of GNU tar is refused", make_typed('S'), "plain file");
	refuse_foreign("a GNU archive is refused", make_foreign(archive_write_set_format_gnutar, AE_IFREG, "header", 5, NULL), "tar header");
	refuse_foreign("an old tar archive is refused", make_foreign(archive_write_set_format_v7tar, AE_IFREG, "header", 5, NULL), "tar header");
	refuse_foreign("a cpio archive is refused", make_foreign(archive_write_set_format_cpio_newc, AE_IFREG, "header", 5, NULL), "not an image");
	refuse_foreign("any other tar archive is refused", make_foreign(USTAR, AE_IFREG, "hello", 5, NULL), "not an image");
	refuse_foreign("a member without content is refused", make_foreign(USTAR, AE_IFREG, "header", 0, NULL), "without content");
	refuse_foreign("an empty archive is refused", text_file(zeros, sizeof(zeros)), "without a seal");
	memcpy(zeros, "\x1f\x8b", 2);
	refuse_foreign("a compressed image says how to unpack it", text_file(zeros, sizeof(zeros)), "gzip -d");
	refuse_foreign("a short text is refused", text_file("hello\n", 6), "truncated");
	refuse_foreign("a long section that never comes is refused", make_foreign(USTAR, AE_IFREG, "header", 200 << 20, NULL), "truncated");
	refuse_foreign("a section beyond the limit is refused", make_foreign(USTAR, AE_IFREG, "header", (256 << 20) + 1, NULL), "268435457 bytes");
}

/* A large image is unpacked by two threads, ahead of who reads it: whole chunks before a broken one come all the same, and only then its name. */
static void test_ahead(void)
{
	enum { PLAIN = 5, PACKED = 20, BROKEN = 13 };
	cleanup_fd int fd = new_file();
	char *data = malloc(IMAGE_CHUNK), *out = malloc(lz4_room()), name[MEMBER_NAME_MAX];
	struct tar_out t = { 0 };
	unsigned members;

	for (size_t i = 0; i < IMAGE_CHUNK; i++)
		data[i] = (char)(i * i / 1000);
	tar_out_open(&t, fd);
	put_section(&t, "header", HEADER);
	for (unsigned i = 0; i < PLAIN + PACKED; i++) {
		size_t n = lz4_pack(out, lz4_room(), data, IMAGE_CHUNK);

		if (i == PLAIN + BROKEN)
			out[n / 2] ^= 1;
		snprintf(name, sizeof(name), "pages/1/%06u%s", i, i < PLAIN ? "" : ".lz4");
		tar_out_member(&t, name, i < PLAIN ? data : out, i < PLAIN ? IMAGE_CHUNK : n, "");
	}
	tar_out_seal(&t);
	tar_out_close(&t);
	check(read_file(fd, &members) == -1 && err_status() == STATUS_BAD_IMAGE && strstr(err_text(), "pages/1/000018.lz4"), "a broken frame in the midst is named");
	check(members == 1 + PLAIN + BROKEN, "what is before a broken frame is read");
	free(data);
	free(out);
}

static void test_memory(void)
{
	struct rusage before, after;
	int fd = make_foreign(USTAR, AE_IFREG, "header", 200 << 20, NULL);

	getrusage(RUSAGE_SELF, &before);
	read_file(fd, NULL);
	getrusage(RUSAGE_SELF, &after);
	check(after.ru_maxrss - before.ru_maxrss < 4096, "a number in a header does not make the reader use memory");
	close(fd);
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	test_memory();
	test_hostile();
	test_foreign();
	test_ahead();
	test_damage();
	return failures != 0;
}
