/*
 * base_test.c - errors, arenas, buffers, descriptors and field tables.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/base/field.h"
#include "core/base/io.h"
#include "core/base/search.h"
#include "core/base/thread.h"
#include "core/base/words.h"

/* The impossible sizes below have to fail, not to end the program. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

static int failures;

/* Not that of check.h: the record of an error is what is looked at. */
static void check(int good, const char *title)
{
	printf("%s: %s\n", good ? "PASS" : "FAIL", title);
	failures += !good;
}

static void *other_thread(void *arg)
{
	*(int *)arg = err_status() == STATUS_DONE && !err_text()[0];
	fail_image("from the other thread");
	return NULL;
}

static void test_err(void)
{
	char big[5000];
	pthread_t t;
	int clean = 0;

	err_clear();
	check(err_status() == STATUS_DONE && !strcmp(err_text(), ""), "err: nothing is recorded at first");
	errno = ENOENT;
	check(fail("open %s", "x") == -1 && !strcmp(err_text(), "open x: No such file or directory"), "err: fail adds the cause");
	check(errno == ENOENT && err_status() == STATUS_SYSTEM, "err: errno is kept");
	fail_context("pid %d", 7);
	check(!strcmp(err_text(), "pid 7: open x: No such file or directory"), "err: context goes in front");
	fail_refused("%s again", err_text());
	check(err_status() == STATUS_REFUSED && strstr(err_text(), "directory again"), "err: the record can be quoted in a new one");
	fail_context("c");
	check(err_status() == STATUS_REFUSED, "err: context keeps the status");
	fail_plain("a\nb\033[2Jc");
	check(!strcmp(err_text(), "a?b?[2Jc"), "err: control bytes cannot reach a terminal");
	memset(big, 'y', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	fail("%s", big);
	check(strlen(err_text()) == 2047, "err: a long sentence is cut");
	err_set(STATUS_BAD_IMAGE, "carried");
	check(!pthread_create(&t, NULL, other_thread, &clean) && !pthread_join(t, NULL) && clean, "err: each thread has its own record");
	check(err_status() == STATUS_BAD_IMAGE && !strcmp(err_text(), "carried"), "err: another thread's record is not ours");
	err_set(err_status(), err_text() + 3);
	check(!strcmp(err_text(), "ried"), "err: a record can be set from a part of itself");
	err_clear();
	fail_context("alone");
	check(err_status() == STATUS_SYSTEM && !strcmp(err_text(), "alone"), "err: context without a record is one");
}

static void test_rewind(void)
{
	struct arena a = { 0 };
	char *first = arena_alloc(&a, 16), *second, *third;
	struct arena_mark mark = arena_mark(&a);

	second = memset(arena_alloc(&a, 1000), 'x', 1000);
	arena_rewind(&a, mark);
	third = arena_alloc(&a, 32);
	check(second == third && !third[0] && !third[31] && a.used == 16 + 32, "arena: what was taken since a mark is given back, and is zero again");
	mark = arena_mark(&a);
	third = memset(arena_alloc(&a, 100000), 'y', 100000);
	second = strcpy(arena_alloc(&a, 5000), "kept");
	arena_rewind(&a, mark);
	check(!strcmp(second, "kept") && third[99999] == 'y' && first[0] == '\0', "arena: what lies in other blocks stays");
	arena_free(&a);
}

static void test_arena(void)
{
	struct arena a = { 0 }, small = { .limit = 1000 };
	uint64_t *v = NULL;
	size_t n, cap = 0, bad = 0, i;
	char *s, *big;

	for (n = 0; n < 100000; n++) {
		arena_grow(&a, &v, n, &cap, sizeof(*v));
		bad += v[n] != 0;
		v[n] = n;
		if (n % 1000 == 0)
			arena_alloc(&a, 33);
	}
	for (i = 0; i < n; i++)
		bad += v[i] != i;
	check(!bad, "arena: an array grows and keeps its elements; new ones are zero");
	arena_free(&a);
	for (n = 0, v = NULL, cap = 0; n < 300000 && arena_grow(&a, &v, n, &cap, sizeof(*v)); n++) {
		bad += v[n] != 0 || (n && v[n - 1] != n - 1);
		v[n] = (unsigned)n;
		if (n % 1000 == 0)
			arena_alloc(&a, 33);
	}
	check(!bad && v && v[150000] == 150000 && a.used < cap * sizeof(*v) + 300000, "arena: a large array leaves no copies behind");
	s = arena_strndup(&a, "abcdef", 3);
	big = arena_alloc(&a, 5u << 20);
	check(!strcmp(s, "abc") && big && !big[0] && !big[(5u << 20) - 1], "arena: strings and large pieces");
	check((uintptr_t)arena_alloc(&a, 1) % 16 == 0 && arena_alloc(&a, 0) != arena_alloc(&a, 0), "arena: aligned, and never the same");
	check(!arena_alloc(&a, SIZE_MAX) && !arena_alloc(&a, SIZE_MAX / 2), "arena: impossible sizes fail");
	cap = 0, v = NULL;
	check(!arena_grow(&a, &v, SIZE_MAX / 8, &cap, 64), "arena: impossible arrays fail");
	arena_free(&a);
	arena_free(&a);
	check(arena_alloc(&small, 500) && !arena_alloc(&small, 500) && strstr(err_text(), "1000"), "arena: the limit holds");
	cap = 0;
	for (n = 0, v = NULL; n < 1000 && arena_grow(&small, &v, n, &cap, 8); n++)
		;
	check(n < 1000 && small.used <= small.limit, "arena: the limit holds for arrays");
	arena_free(&small);
}

static void test_buf(void)
{
	struct buf b = { 0 };
	char *room;
	int i;

	check(!buf_check(&b) && !b.p, "buf: empty at first");
	for (i = 0; i < 10000; i++)
		buf_printf(&b, "%d,", i % 10);
	check(b.len == 20000 && b.p[20000] == '\0' && !memcmp(b.p, "0,1,2,", 6), "buf: printf grows");
	buf_printf(&b, "%0300d", 1);
	check(b.len == 20300 && b.p[20299] == '1', "buf: a long printf");
	buf_clear(&b);
	buf_putc(&b, 'x');
	room = buf_reserve(&b, 100);
	memcpy(room, "yz", 2);
	buf_end(&b, room + 2);
	check(!strcmp(b.p, "xyz"), "buf: a NUL follows what was put into reserved room");
	buf_clear(&b);
	buf_put_escaped(&b, "a b\\\n\377~");
	check(!strcmp(b.p, "a\\x20b\\x5c\\x0a\\xff~"), "buf: escaping");
	check(!buf_reserve(&b, SIZE_MAX) && buf_check(&b) == -1, "buf: impossible room fails");
	buf_puts(&b, "no");
	check(b.failed && b.len == 19, "buf: nothing more is taken after a failure");
	buf_free(&b);
	buf_add(&b, "", 0);
	check(b.p && !b.len && !b.p[0], "buf: adding nothing still makes a string");
	buf_free(&b);
}

static void test_io(void)
{
	cleanup_buf struct buf b = { 0 };
	char name[] = "/tmp/base_test.XXXXXX", long_link[2000];
	int fd = mkstemp(name), moved, i;

	for (i = 0; i < 20000; i++)
		if (io_write_all(fd, "abcdefgh", 8))
			break;
	check(i == 20000 && lseek(fd, 0, SEEK_SET) == 0, "io: write all");
	check(!io_read_all(fd, &b, 160000) && b.len == 160000 && !memcmp(b.p + 159992, "abcdefgh", 9), "io: read all");
	lseek(fd, 0, SEEK_SET);
	check(io_read_all(fd, &b, 159999) == -1 && b.len == 160000 && strstr(err_text(), "159999"), "io: the limit holds, nothing is added");
	err_clear();
	errno = 0;
	check(io_read_file(AT_FDCWD, "/proc/self/none", &b) == -1 && errno == ENOENT && !err_text()[0], "io: a missing file is a value");
	errno = 0;
	check(io_read_file(AT_FDCWD, "/proc", &b) == -1 && errno == EISDIR && b.len == 160000, "io: a failed read adds nothing");
	buf_clear(&b);
	check(!io_read_file(AT_FDCWD, "/proc/self/stat", &b) && b.len > 50 && b.p[b.len] == '\0', "io: a file of /proc");
	memset(long_link, 'z', sizeof(long_link));
	long_link[sizeof(long_link) - 1] = '\0';
	unlink(name);
	check(!symlink(long_link, name) && !io_readlink(AT_FDCWD, name, &b) && !strcmp(b.p, long_link), "io: a long link");
	unlink(name);
	close(fd);
	fd = moved = open("/dev/null", O_RDONLY);
	check(io_steal_fd(&fd) == moved && fd == -1, "io: stealing");
	close(moved);
}

#define NAMES 300			/* too many for one call */

static void test_listing(void)
{
	struct io_listing list = io_list(AT_FDCWD, "/proc/self/none");
	char folder[] = "/tmp/base_test.XXXXXX", name[256];
	int dir = mkdtemp(folder) ? open(folder, O_RDONLY | O_DIRECTORY) : -1, dots = 0, seen = 0;
	const char *entry;

	check(list.fd == -1 && errno == ENOENT, "listing: a folder that is missing");
	for (int i = 1; i <= NAMES; i++) {
		snprintf(name, sizeof(name), "%03d%0*d", i, i % 100 + 1, 0);
		close(openat(dir, name, O_CREAT | O_WRONLY, 0600));
	}
	list = io_list(dir, ".");
	while ((entry = io_next_name(&list))) {
		dots += entry[0] == '.';
		seen++;
		unlinkat(dir, entry, 0);
	}
	check(seen == NAMES && !dots && !errno, "listing: all names, without the dots");
	check(!io_next_name(&list) && !errno, "listing: the end stays the end");
	io_close_listing(&list);
	list.fd = open("/dev/null", O_RDONLY);
	check(!io_next_name(&list) && errno == ENOTDIR, "listing: no folder");
	io_close_listing(&list);
	close(dir);
	check(!rmdir(folder), "listing: nothing is left out");
}

struct sample {
	uint8_t u8;
	int16_t i16;
	int32_t i32;
	uint64_t u64;
	uint8_t flag;
	char *str;
	struct bytes bytes;
	struct u64_list list;
	uint32_t id;
};

static const struct field fields[] = {
	FIELD(struct sample, u8, U64), FIELD(struct sample, i16, I64), FIELD(struct sample, i32, I64),
	FIELD(struct sample, u64, HEX), FIELD(struct sample, flag, BOOL), FIELD(struct sample, str, STR),
	FIELD(struct sample, bytes, BYTES), FIELD(struct sample, list, LIST), FIELD_UNEQUAL(struct sample, id, U64, "why not"),
	FIELD_END
};

static void test_field(void)
{
	uint8_t data[] = { 1, 2 };
	uint64_t numbers[] = { 5, 6 }, others[] = { 5, 7 };
	char a[] = "x", b[] = "x";
	struct sample s = { .str = a, .bytes = { data, 2 }, .list = { numbers, 2 } };
	struct sample t = s;
	int i, different;

	check(!field_set(&fields[0], &s, 255) && field_set(&fields[0], &s, 256) && field_get(&fields[0], &s) == 255, "field: 8 bits");
	check(!field_set(&fields[1], &s, (uint64_t)-32768) && field_set(&fields[1], &s, (uint64_t)-32769) &&
	      field_set(&fields[1], &s, 32768) && (int64_t)field_get(&fields[1], &s) == -32768, "field: 16 bits, signed");
	check(!field_set(&fields[2], &s, (uint64_t)-1) && s.i32 == -1 && (int64_t)field_get(&fields[2], &s) == -1, "field: 32 bits, signed");
	check(!field_set(&fields[3], &s, UINT64_MAX) && s.u64 == UINT64_MAX, "field: 64 bits");
	check(!field_set(&fields[4], &s, 1) && field_set(&fields[4], &s, 2) && s.flag == 1, "field: bool");
	for (i = 0, different = 0; fields[i].name; i++)
		different += field_differs(&fields[i], &s, &t);
	check(different == 5, "field: integers differ");
	t = s;
	t.str = b;
	t.id = 9;
	for (i = 0, different = 0; fields[i].name; i++)
		different += field_differs(&fields[i], &s, &t);
	check(different == 0, "field: equal by value; what cannot be equal is not compared");
	b[0] = 'y';
	t.bytes.len = 1;
	t.list.v = others;
	for (i = 0, different = 0; fields[i].name; i++)
		different += field_differs(&fields[i], &s, &t);
	check(different == 3, "field: strings, bytes and lists differ");
}

static void test_words(void)
{
	const char *words = "ext2 ext4 x";

	check(words_have(words, "ext2", 4) && words_have(words, "ext4", 4) && words_have(words, "x", 1), "words: each is found, at both ends too");
	check(!words_have(words, "ext", 3) && !words_have(words, "ext22", 5) && !words_have(words, "", 0) && !words_have(words, "ext2 ext4", 9) &&
	      !words_have("", "x", 1) && !words_have("", "", 0), "words: no part of one, not two, not none");
	check(words_next(words) == words + 5 && words_length(words + 10) == 1 && !*words_next(words + 10), "words: one after the other");
}

static void test_fork(void)
{
	int status = 0;
	pid_t parent = getpid(), pid = io_fork();

	if (!pid)
		_exit(getppid() == parent && getpid() != parent ? 7 : 1);
	check(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 7, "io: a child, and its status");
}

static int count_one(void *counts, size_t i)
{
	((unsigned *)counts)[i]++;
	return 0;
}

/* The second thread fails, too. */
static int fail_late(void *ctx, size_t i)
{
	(void)ctx;
	return i < 30 ? 0 : fail_plain("number %zu", i);
}

static void test_share(void)
{
	unsigned counts[1000];
	size_t wrong = 0;

	err_clear();
	for (size_t n = 0; n < 1000; n += 1 + n / 3) {
		memset(counts, 0, sizeof(counts));
		wrong += thread_share(count_one, counts, n) != 0;
		for (size_t i = 0; i < 1000; i++)
			wrong += counts[i] != (i < n);
	}
	check(!wrong, "thread: work that is shared is done once for each number, and for no other");
	check(!thread_share(fail_late, NULL, 30) && !err_status(), "thread: ... and records nothing where none fails");
	check(thread_share(fail_late, NULL, 1000) < 0 && !strcmp(err_text(), "number 30"), "thread: ... and that fails, with the first error");
	err_clear();
}

static void test_search(void)
{
	struct { char name[8]; uint64_t number; } table[50];
	int right = 1;

	for (size_t n = 0; n <= 50; n++) {
		for (size_t i = 0; i < n; i++)
			table[i].number = 10 + i / 3 * 2;	/* 10 10 10 12 12 12 14 ... */
		for (uint64_t value = 0; value < 60; value++) {
			size_t first = 0;

			while (first < n && table[first].number < value)
				first++;
			right &= SEARCH_SORTED(table, n, number, value) == first;
		}
	}
	check(right, "search: the first of those that are not less");
}

int main(void)
{
	test_err();
	test_arena();
	test_rewind();
	test_buf();
	test_io();
	test_words();
	test_search();
	test_fork();
	test_share();
	test_listing();
	test_field();
	return failures != 0;
}
