/*
 * image_test.c - images: what is written is read, through files and pipes; the errors of the writer; giving up.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/io.h"
#include "image/private.h"
#include "check.h"

#define HEADER "image format=1 arch=x86_64\n"

static int new_file(void)
{
	return memfd_create("image", MFD_CLOEXEC);
}

/* Repeatable; KIND 0: random, 1: compresses well, 2: half and half. */
static void fill(uint8_t *p, size_t len, int kind, uint32_t seed)
{
	size_t i;

	for (i = 0; i < len; i++) {
		seed = seed * 1664525u + 1013904223u;
		p[i] = kind == 1 || (kind == 2 && i % 8192 < 4096) ? (uint8_t)(i / 97) : (uint8_t)(seed >> 24);
	}
}

static void name_chunk(struct image_chunk *c, const char *kind, uint64_t id, uint64_t seq)
{
	snprintf(c->name, sizeof(c->name), "%s/%llu/%06llu", kind, (unsigned long long)id, (unsigned long long)seq);
}

static int put_chunk(struct image_writer *w, const char *kind, uint64_t id, uint64_t seq, size_t len, int how)
{
	struct image_chunk *c = image_chunk_get(w);

	if (!c)
		return -1;
	name_chunk(c, kind, id, seq);
	c->len = len;
	fill(c->data, len, how, (uint32_t)(id * 1000 + seq));
	return image_chunk_put(w, c);
}

/* Reads all. 0: good, -1: not. */
static int read_all(int fd)
{
	struct image_reader *r;
	struct image_member m;
	int result;

	err_clear();
	r = image_reader_new(fd);
	if (!r)
		return -1;
	do
		result = image_read_next(r, &m);
	while (result > 0);
	image_reader_free(r);
	return result;
}

/* ---- round trips ---- */

static const size_t sizes[] = { 1, 511, 512, 513, 4096, 262143, 262144, 70000 };
#define NSIZES (sizeof(sizes) / sizeof(*sizes))

static int write_mixed(int fd, enum image_compress how, unsigned workers, unsigned n)
{
	struct image_writer *w = image_writer_new(fd, how, workers);
	int err = !w || image_write_section(w, "header", HEADER, strlen(HEADER)) || image_write_section(w, "empty", "", 0);
	unsigned i;

	for (i = 0; !err && i < n; i++)
		err = put_chunk(w, "pages", 1 + i / 100, i, sizes[i % NSIZES], (int)(i % 3));
	err = err || put_chunk(w, "pipe", 1, 0, 5, 0) || image_writer_finish(w);
	image_writer_free(w);
	return err;
}

static int same_chunk(const struct image_member *m, const char *name, size_t len, int kind, uint32_t seed)
{
	static uint8_t want[IMAGE_CHUNK];

	fill(want, len, kind, seed);
	return m->bulk && !strcmp(m->name, name) && m->len == len && !memcmp(m->data, want, len);
}

static int read_mixed(int fd, unsigned n)
{
	struct image_reader *r = image_reader_new(fd);
	struct image_member m;
	struct image_chunk name;
	unsigned i;
	int good;

	good = image_read_next(r, &m) == 1 && !strcmp(m.name, "header") && m.len == strlen(HEADER) && !m.bulk &&
	       !memcmp(m.data, HEADER, m.len) && m.data[m.len] == '\0' &&
	       image_read_next(r, &m) == 1 && !strcmp(m.name, "empty") && m.len == 0;
	for (i = 0; good && i < n; i++) {
		name_chunk(&name, "pages", 1 + i / 100, i);
		good = image_read_next(r, &m) == 1 &&
		       same_chunk(&m, name.name, sizes[i % NSIZES], (int)(i % 3), (1 + i / 100) * 1000 + i);
	}
	good = good && image_read_next(r, &m) == 1 && same_chunk(&m, "pipe/1/000000", 5, 0, 1000);
	good = good && image_read_next(r, &m) == 0 && image_read_next(r, &m) == 0;
	image_reader_free(r);
	return good;
}

static void test_round_trip(void)
{
	static const unsigned workers[] = { 0, 1, 2, 8, 99 };
	char title[80];
	unsigned i;

	for (i = 0; i < 2 * sizeof(workers) / sizeof(*workers); i++) {
		cleanup_fd int fd = new_file();
		enum image_compress how = i % 2 ? IMAGE_RAW : IMAGE_LZ4;
		int good = !write_mixed(fd, how, workers[i / 2], 300);

		lseek(fd, 0, SEEK_SET);
		good = good && read_mixed(fd, 300);
		snprintf(title, sizeof(title), "round trip of 303 members, %s, %u workers", i % 2 ? "raw" : "lz4", workers[i / 2]);
		check(good, title);
	}
}

static void *slow_writer(void *arg)
{
	int *fds = arg;		/* from, to */
	char c[7];
	ssize_t n;

	while ((n = read(fds[0], c, sizeof(c))) > 0)
		if (write(fds[1], c, (size_t)n) != n)
			break;
	close(fds[1]);
	return NULL;
}

static void test_pipes(void)
{
	cleanup_fd int fd = new_file();
	int p[2], ends[2];
	pthread_t t;

	if (write_mixed(fd, IMAGE_LZ4, 2, 9) || pipe(p))
		exit(1);
	lseek(fd, 0, SEEK_SET);
	ends[0] = fd;
	ends[1] = p[1];
	pthread_create(&t, NULL, slow_writer, ends);
	fcntl(p[0], F_SETFL, O_NONBLOCK);
	check(read_mixed(p[0], 9), "an image comes in pieces of 7 bytes through a non-blocking pipe");
	pthread_join(t, NULL);
	close(p[0]);

	if (pipe(p))
		exit(1);
	ftruncate(fd, 0);
	lseek(fd, 0, SEEK_SET);
	ends[0] = p[0];
	ends[1] = dup(fd);
	pthread_create(&t, NULL, slow_writer, ends);
	fcntl(p[1], F_SETFL, O_NONBLOCK);
	write_mixed(p[1], IMAGE_LZ4, 2, 9);		/* its last check is of a file's size */
	close(p[1]);
	pthread_join(t, NULL);
	close(p[0]);
	lseek(fd, 0, SEEK_SET);
	check(read_mixed(fd, 9), "an image goes out through a non-blocking pipe that is read slowly");
}

/* ---- the writer's own errors ---- */

static void test_misuse(void)
{
	cleanup_fd int fd = new_file();
	struct image_writer *w = image_writer_new(fd, IMAGE_LZ4, 1);
	struct image_chunk *c;

	check(image_write_section(w, "tasks", "", 0) == -1, "the writer wants the header first");
	check(!image_write_section(w, "header", HEADER, strlen(HEADER)), "... then takes it");
	check(image_write_section(w, "header", "", 0) == -1, "the writer refuses a section that comes twice");
	check(image_write_section(w, "a b", "", 0) == -1, "the writer refuses a bad name");
	check(image_write_section(w, "seal", "", 0) == -1, "the writer refuses a section with the name of the seal");
	check(image_write_section(w, "tasks", "x", 1) == -1, "the writer refuses a section without a line end");
	c = image_chunk_get(w);
	name_chunk(c, "pages", 1, 0);
	check(image_chunk_put(w, c) == -1, "the writer refuses an empty chunk");
	c->len = 1;
	name_chunk(c, "pages", 1, 1);
	check(image_chunk_put(w, c) == 0, "... and takes it when it is filled");
	check(put_chunk(w, "pages", 1, 1, 1, 0) == -1, "the writer refuses a chunk that comes twice");
	check(image_write_section(w, "late", "", 0) == -1, "the writer refuses a section after bulk data");
	image_writer_free(w);
	image_writer_free(NULL);
	image_reader_free(NULL);
}

static int read_pieces(int fd, const char *text)
{
	struct image_reader *r = image_reader_new(fd);
	struct image_member m;
	int good = image_read_next(r, &m) == 1 && image_read_next(r, &m) == 1 && !strcmp(m.name, "tasks") && !strcmp((char *)m.data, text);

	good = good && image_read_next(r, &m) == 0;
	image_reader_free(r);
	return good;
}

static void test_pieces(void)
{
	cleanup_fd int fd = new_file();
	struct image_writer *w = image_writer_new(fd, IMAGE_LZ4, 1);

	check(!image_write_section(w, "header", HEADER, strlen(HEADER)) && !image_write_piece(w, "tasks", 9, "a\nb\n", 4), "a section comes in pieces");
	check(image_write_section(w, "files", "12345678\n", 9) == -1 && put_chunk(w, "pages", 1, 0, 5, 0) == -1 && image_writer_finish(w) == -1,
	      "... and nothing else in between");
	check(image_write_piece(w, "tasks", 9, "c\nde\nf\n", 7) == -1 && image_write_piece(w, "tasks", 9, "", 0) == -1, "... as long as was said");
	image_writer_free(w);
	w = image_writer_new(fd, IMAGE_LZ4, 1);
	check(!ftruncate(fd, 0) && !lseek(fd, 0, SEEK_SET) && !image_write_section(w, "header", HEADER, strlen(HEADER)) &&
	      !image_write_piece(w, "tasks", 9, "a\nb\n", 4) && !image_write_piece(w, "tasks", 9, "c\nde\n", 5) && !image_writer_finish(w) &&
	      !lseek(fd, 0, SEEK_SET) && read_pieces(fd, "a\nb\nc\nde\n"), "... and is read as one");
	image_writer_free(w);
}

static int write_much(int fd, enum image_compress how)
{
	struct image_writer *w = image_writer_new(fd, how, 2);
	int err = image_write_section(w, "header", HEADER, strlen(HEADER));
	unsigned i;

	for (i = 0; !err && i < 200; i++)
		err = put_chunk(w, "pages", 1, i, IMAGE_CHUNK, 0);
	err = err || image_writer_finish(w);
	image_writer_free(w);
	return err;
}

/* "cr check IMAGE" reads to the end when it already knows why it says no. */
static void test_kept_record(void)
{
	cleanup_fd int fd = new_file();
	struct image_reader *r;
	struct image_member m;
	int result;

	check(!write_mixed(fd, IMAGE_LZ4, 2, 200) && !lseek(fd, 0, SEEK_SET), "a large image is written");
	r = image_reader_new(fd);
	fail_refused("kept");
	do
		result = image_read_next(r, &m);
	while (result > 0);
	image_reader_free(r);
	check(result == 0 && err_status() == STATUS_REFUSED && !strcmp(err_text(), "kept"), "reading what is good keeps what was recorded before");
}

static void test_failing_files(void)
{
	cleanup_fd int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	int p[2], how;

	for (how = IMAGE_LZ4; how <= IMAGE_RAW; how++) {
		err_clear();
		check(write_much(full, (enum image_compress)how) && err_status() == STATUS_SYSTEM && strstr(err_text(), strerror(ENOSPC)),
		      how ? "a full disk is reported, raw" : "a full disk is reported, lz4");
		if (pipe(p))
			exit(1);
		close(p[0]);
		err_clear();
		check(write_much(p[1], (enum image_compress)how) && err_status() == STATUS_SYSTEM && strstr(err_text(), strerror(EPIPE)),
		      how ? "a closed pipe is reported, raw" : "a closed pipe is reported, lz4");
		close(p[1]);
	}
	check(read_all(full) == -1 && err_status() == STATUS_SYSTEM, "a descriptor that cannot be read is the system's fault");
}

/* alarm() ends the test when one of these hangs. */
static void test_stuck_writer(void)
{
	struct image_writer *w;
	int p[2], i, n;

	alarm(20);
	for (i = 0; i < 50; i++) {
		if (pipe(p))
			exit(1);
		w = image_writer_new(p[1], i % 2 ? IMAGE_RAW : IMAGE_LZ4, 2);
		image_write_section(w, "header", HEADER, strlen(HEADER));
		for (n = 0; n < 3; n++)
			put_chunk(w, "pages", 1, (uint64_t)n, IMAGE_CHUNK, 0);
		image_chunk_get(w);		/* and keeps it */
		usleep((useconds_t)i * 50);
		image_writer_free(w);
		close(p[0]);
		close(p[1]);
	}
	alarm(0);
	check(1, "a writer whose pipe nobody reads can be given up");
}

#define LARGE (40 * 512)		/* a chunk behind which a helper begins */

static int write_three(int fd)
{
	struct image_writer *w = image_writer_new(fd, IMAGE_RAW, 1);
	int err = image_write_section(w, "header", HEADER, strlen(HEADER)) || put_chunk(w, "pages", 1, 0, LARGE, 0) ||
		  put_chunk(w, "pages", 1, 1, 512, 0) || put_chunk(w, "pages", 1, 2, 512, 0) || image_writer_finish(w);

	image_writer_free(w);
	return err;
}

/* The helper waits for a member that does not come, and the caller gives up. */
static void test_stuck_helper(void)
{
	cleanup_fd int fd = new_file();
	struct image_reader *r;
	struct image_member m;
	char buf[LARGE + 7 * 512];
	int p[2], i;

	if (write_three(fd))
		exit(1);
	alarm(20);
	for (i = 0; i < 50; i++) {
		ssize_t n = pread(fd, buf, LARGE + 6 * 512 + 1, 0);	/* a section and two chunks with their headers, a header, one byte */

		if (pipe(p) || write(p[1], buf, (size_t)n) != n)
			exit(1);
		r = image_reader_new(p[0]);
		if (image_read_next(r, &m) != 1 || image_read_next(r, &m) != 1 || image_read_next(r, &m) != 1 || !m.bulk)
			exit(1);
		usleep((useconds_t)i * 20);
		image_reader_free(r);
		close(p[0]);
		close(p[1]);
	}
	alarm(0);
	check(1, "a reader whose helper waits for data can be given up");
}

static void test_hash(void)
{
	check(image_hash("", 0) == 0xef46db3751d8e999 && image_hash(NULL, 0) == 0xef46db3751d8e999, "XXH64 of nothing");
	check(image_hash("abc", 3) == 0x44bc2cf5ad770999, "XXH64 of abc");
}

/* ---- read again at the heels of the writer ---- */

enum harm { HARM_NONE, HARM_BYTE, HARM_STOP };

/* What image_check_end() says of an image that has come to HARM. */
static int check_behind(enum image_compress how, enum harm harm)
{
	cleanup_fd int fd = new_file();
	struct image_writer *w = image_writer_new(fd, how, 2);
	struct image_check *c;
	char text[8001];
	int err, result;

	memset(text, 'x', sizeof(text) - 1);
	strcpy(text + sizeof(text) - 2, "\n");
	err = image_write_section(w, "header", text, strlen(text));
	if (harm == HARM_BYTE)
		err = err || pwrite(fd, "y", 1, 4000) != 1;
	c = image_check_new(w, fd);
	for (unsigned i = 0; !err && i < 40; i++)
		err = put_chunk(w, "pages", 1, i, sizes[i % NSIZES], (int)i % 3);
	if (harm == HARM_STOP)
		image_writer_stop(w);
	else
		err = err || image_writer_finish(w);
	result = c ? image_check_end(c) : -2;
	image_writer_free(w);
	return err ? -3 : result;
}

static void test_check_behind(void)
{
	for (int how = IMAGE_LZ4; how <= IMAGE_RAW; how++) {
		check(check_behind((enum image_compress)how, HARM_NONE) == 0, how ? "read behind the writer, raw" : "read behind the writer, lz4");
		check(check_behind((enum image_compress)how, HARM_BYTE) == -1 && strstr(err_text(), "damaged"), "... a byte that changed is found");
		check(check_behind((enum image_compress)how, HARM_STOP) == -1, "... and it ends when the writer is stopped");
	}
}

int main(void)
{
	signal(SIGPIPE, SIG_IGN);
	setvbuf(stdout, NULL, _IOLBF, 0);
	test_hash();
	test_round_trip();
	test_pipes();
	test_misuse();
	test_pieces();
	test_kept_record();
	test_failing_files();
	test_stuck_writer();
	test_stuck_helper();
	test_check_behind();
	return failures != 0;
}
