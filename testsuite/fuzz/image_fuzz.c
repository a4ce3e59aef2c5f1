/*
 * image_fuzz.c - hostile archives for the reader, hostile lines for the decoder of records.
 *
 * The first byte picks what the rest is:
 *	0	an archive as it is
 *	1	an archive whose tar checksums, section checks and seal are made right first: else nothing gets past them
 *	2	a script: members with any names and contents, as an archive with a right seal
 *	3	a line of a record; what is accepted must be written again as the same text
 *	4	text for json_string()
 *	5	an LZ4 frame, whose header checksum is made right first
 *
 * With FUZZ_SEEDS=DIR in the environment it only writes inputs to begin with into that folder.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/base/err.h"
#include "image/private.h"
#include "image/record.h"

static volatile unsigned touched;

static void read_image(int fd)
{
	struct image_reader *r = image_reader_new(fd);
	struct image_member m;
	size_t total = 0;
	int result;

	err_clear();
	while ((result = image_read_next(r, &m)) > 0) {
		if (m.len)
			touched += m.data[0] + m.data[m.len - 1];
		if (m.bulk && m.len > IMAGE_CHUNK)
			abort();
		if (!m.bulk && m.data[m.len])
			abort();
		total += strlen(m.name);
	}
	touched += (unsigned)total;
	if (result < 0 && err_status() != STATUS_BAD_IMAGE)
		abort();
	image_reader_free(r);
}

/* ---- making what is wrong in one place right in all others ---- */

static void fix_header(uint8_t *h)
{
	unsigned sum = 0, i;

	memcpy(h + 257, "ustar\0" "00", 8);
	memset(h + 148, ' ', 8);
	for (i = 0; i < 512; i++)
		sum += h[i];
	snprintf((char *)h + 148, 8, "%06o", sum);
}

static size_t size_of(const uint8_t *h, size_t left)
{
	size_t n = 0;
	int i;

	for (i = 124; i < 135 && h[i] >= '0' && h[i] <= '7'; i++)
		n = n * 8 + (size_t)(h[i] - '0');
	return n < left ? n : left;
}

static void fix_section(uint8_t *text, size_t len)
{
	char line[CHECK_SIZE + 1];

	if (len < CHECK_SIZE)
		return;
	check_format(line, image_hash(text, len - CHECK_SIZE));
	memcpy(text + len - CHECK_SIZE, line, CHECK_SIZE);
}

static void fix_archive(uint8_t *p, size_t len)
{
	size_t at = 0, members = 0;

	while (len - at >= 512) {
		uint8_t *h = p + at;
		size_t size = size_of(h, len - at - 512);
		char line[SEAL_SIZE + 1];

		fix_header(h);
		at += 512;
		if (!strcmp((char *)h, SEAL_NAME) && size >= SEAL_SIZE) {
			seal_format(line, members, at, image_hash(p, at));
			memcpy(p + at, line, SEAL_SIZE);
			return;
		}
		if (!strchr((char *)h, '/'))
			fix_section(p + at, size);
		members++;
		at += (size + 511) / 512 * 512;
		if (at > len)
			return;
	}
}

static void fuzz_archive(const uint8_t *data, size_t len, int fix)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	uint8_t *copy = malloc(len + 1);

	memcpy(copy, data, len);
	if (fix)
		fix_archive(copy, len);
	if (write(fd, copy, len) != (ssize_t)len)
		abort();
	free(copy);
	lseek(fd, 0, SEEK_SET);
	read_image(fd);
	close(fd);
}

/* ---- scripts: LENGTH of the name, its bytes, 2 bytes of length of the content, its bytes ---- */

static const uint8_t *one_member(struct tar_out *t, const uint8_t *p, const uint8_t *end)
{
	char name[64] = "header", line[CHECK_SIZE + 1] = "";
	size_t n = *p++ % 64, len;

	if ((size_t)(end - p) < n + 3)
		return end;
	if (n)
		memcpy(name, p, n);
	name[n ? n : 6] = '\0';
	p += n;
	len = (size_t)p[0] | (size_t)p[1] << 8;
	n = p[2];
	p += 3;
	if (len > (size_t)(end - p))
		len = (size_t)(end - p);
	if (n & 1)
		check_format(line, image_hash(p, len));
	tar_out_member(t, name[0] ? name : "x", p, len, line);
	return p + len;
}

static const uint8_t header[] = "\0\x0f\0\1image format=1\n";

static void fuzz_script(const uint8_t *p, size_t len)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	const uint8_t *end = p + len;
	struct tar_out t = { 0 };

	tar_out_open(&t, fd);
	one_member(&t, header, header + sizeof(header) - 1);
	while (end - p > 4)
		p = one_member(&t, p, end);
	tar_out_seal(&t);
	tar_out_close(&t);
	lseek(fd, 0, SEEK_SET);
	read_image(fd);
	close(fd);
}

/* ---- records ---- */

struct sample {
	uint8_t small;
	uint64_t big;
	int32_t sign;
	uint64_t addr;
	uint16_t mode;
	uint8_t flag;
	char *name;
	struct bytes data;
	struct u64_list list;
};

static const struct field fields[] = {
	FIELD(struct sample, small, U64), FIELD(struct sample, big, U64), FIELD(struct sample, sign, I64),
	FIELD(struct sample, addr, HEX), FIELD(struct sample, mode, OCT), FIELD(struct sample, flag, BOOL),
	FIELD(struct sample, name, STR), FIELD(struct sample, data, BYTES), FIELD(struct sample, list, LIST),
	FIELD_END
};

/* A table of one field for each key that is there: so a record need not be complete to be looked at. */
static unsigned fields_there(const struct record *r, struct field *some)
{
	unsigned i, n = 0;
	const struct field *f;

	for (i = 0; i < r->npairs; i++)
		for (f = fields; f->name; f++)
			if (!strcmp(f->name, r->pairs[i].key))
				some[n++] = *f;
	some[n] = (struct field)FIELD_END;
	return n;
}

static void fuzz_record(const char *line)
{
	static struct record r;
	struct arena a = { .limit = 1 << 20 };
	struct buf out = { 0 }, shown = { 0 };
	struct field some[sizeof(fields) / sizeof(*fields)];
	struct sample s = { .name = NULL };
	char *copy = strdup(line);

	if (!record_parse(&r, copy) && fields_there(&r, some) && !record_take_fields(&r, &a, some, &s) && !record_done(&r) &&
	    !strstr(line, " x_")) {
		record_begin(&out, r.kind);
		record_put_fields(&out, NULL, some, &s);
		if (strcmp(out.p, line))
			abort();
		record_print(&shown, some, &s);
		record_json(&shown, some, &s);
		touched += (unsigned)shown.len;
	}
	buf_free(&out);
	buf_free(&shown);
	arena_free(&a);
	free(copy);
}

/* The same as one of a section that has had its table: what is left out of it is left out again, and comes back. */
static void fuzz_lean_record(const char *line)
{
	static struct record r;
	struct record_seen seen = { { fields }, 1 };
	struct arena a = { .limit = 1 << 20 };
	struct buf out = { 0 };
	struct sample s = { .name = NULL }, again = { .name = NULL };
	const struct field *f;
	char *copy = strdup(line);

	r.seen = &seen;
	if (!record_parse(&r, copy) && !record_take_fields(&r, &a, fields, &s) && !record_done(&r)) {
		record_begin(&out, r.kind);
		record_put_fields(&out, &seen, fields, &s);
		if (record_parse(&r, out.p) || record_take_fields(&r, &a, fields, &again) || record_done(&r))
			abort();
		for (f = fields; f->name; f++)
			if (field_differs(f, &s, &again))
				abort();
	}
	buf_free(&out);
	arena_free(&a);
	free(copy);
}

static void fuzz_json(const char *text)
{
	struct buf out = { 0 };
	size_t i;

	json_string(&out, text);
	for (i = 0; i < out.len; i++)
		if ((unsigned char)out.p[i] < 0x20 || out.p[i] == 0x7f)
			abort();
	buf_free(&out);
}

/* ---- LZ4 frames ---- */

/* The checksums of the blocks from P on. */
static void fix_blocks(uint8_t *p, size_t len)
{
	while (len > 8) {
		size_t size = p[0] | (size_t)p[1] << 8 | (size_t)p[2] << 16 | (size_t)(p[3] & 0x7f) << 24;
		uint32_t sum;
		int i;

		if (!size || size > len - 8)
			return;
		sum = XXH32(p + 4, size, 0);
		for (i = 0; i < 4; i++)
			p[4 + size + (size_t)i] = (uint8_t)(sum >> 8 * i);
		p += 8 + size;
		len -= 8 + size;
	}
}

static void fuzz_frame(const uint8_t *data, size_t len)
{
	uint8_t *copy = malloc(len + 1), *to = malloc(IMAGE_CHUNK);
	LZ4F_dctx *dctx = NULL;
	size_t n, made = 0;

	memcpy(copy, data, len);
	if (len > 19) {
		memcpy(copy, "\x04\x22\x4d\x18", 4);
		n = 6 + (copy[4] & 8) + (copy[4] & 1) * 4u;
		copy[n] = (uint8_t)(XXH32(copy + 4, n - 4, 0) >> 8);
		if (copy[4] & 0x10)
			fix_blocks(copy + n + 1, len - n - 1);
	}
	LZ4F_createDecompressionContext(&dctx, LZ4F_VERSION);
	if (!lz4_unpack(dctx, to, &made, copy, len) && (made == 0 || made > IMAGE_CHUNK))
		abort();
	LZ4F_freeDecompressionContext(dctx);
	free(copy);
	free(to);
}

/* ---- seeds ---- */

static void save(const char *dir, const char *name, uint8_t type, const void *data, size_t len)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "wb");
	if (!f || fputc(type, f) == EOF || fwrite(data, 1, len, f) != len || fclose(f))
		abort();
}

static void put_chunk(struct image_writer *w, uint64_t seq, int packs)
{
	struct image_chunk *c = image_chunk_get(w);
	size_t i;

	snprintf(c->name, sizeof(c->name), "pages/1/%06llu", (unsigned long long)seq);
	c->len = 600;
	for (i = 0; i < c->len; i++)
		c->data[i] = (uint8_t)(packs ? i / 50 : i * i * 31 / 7);
	if (image_chunk_put(w, c))
		abort();
}

static void make_seeds(const char *dir)
{
	static const char text[] = "sample small=1 big=18446744073709551615 sign=-5 addr=0x7fff mode=0644 flag=1 name=a\\x20b data=00ff list=1,2";
	static const char script[] = "\5tasks\4\0\1a=1\n\16pages/1/000000\3\0\0abc";
	static uint8_t image[65536], frame[4096];
	size_t packed = lz4_pack(frame, sizeof(frame), image, 2000);
	int fd = memfd_create("seed", MFD_CLOEXEC);
	struct image_writer *w = image_writer_new(fd, IMAGE_LZ4, 1);
	ssize_t n;

	image_write_section(w, "header", "image format=1\n", 15);
	image_write_section(w, "tasks", "task pid=1\n", 11);
	put_chunk(w, 0, 0);
	put_chunk(w, 1, 1);
	if (image_writer_finish(w))
		abort();
	image_writer_free(w);
	n = pread(fd, image, sizeof(image), 0);
	close(fd);
	save(dir, "plain", 0, image, (size_t)n);
	save(dir, "fixed", 1, image, (size_t)n);
	save(dir, "script", 2, script, sizeof(script) - 1);
	save(dir, "record", 3, text, sizeof(text) - 1);
	save(dir, "frame", 5, frame, packed);
	save(dir, "json", 4, "a\"\xc3\xa4\xff", 5);
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const char *dir = getenv("FUZZ_SEEDS");

	(void)argc;
	(void)argv;
	if (!dir)
		return 0;
	make_seeds(dir);
	exit(0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *text;

	if (len == 0)
		return 0;
	if (data[0] <= 1) {
		fuzz_archive(data + 1, len - 1, data[0]);
	} else if (data[0] == 2) {
		fuzz_script(data + 1, len - 1);
	} else if (data[0] == 5) {
		fuzz_frame(data + 1, len - 1);
	} else {
		text = strndup((const char *)data + 1, len - 1);
		if (data[0] == 3) {
			fuzz_record(text);
			fuzz_lean_record(text);
		} else {
			fuzz_json(text);
		}
		free(text);
	}
	return 0;
}
