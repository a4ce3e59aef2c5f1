/*
 * record_test.c - text records: one way to write each value, and every other way refused.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/model.h"
#include "image/record.h"
#include "check.h"

struct sample {
	uint8_t u8;
	uint16_t u16;
	uint32_t u32;
	uint64_t u64;
	int8_t i8;
	int64_t i64;
	uint64_t addr;
	uint32_t mode;
	uint32_t flag;
	char *name;
	struct bytes data;
	struct u64_list list;
};

static const struct field fields[] = {
	FIELD(struct sample, u8, U64),
	FIELD(struct sample, u16, U64),
	FIELD(struct sample, u32, U64),
	FIELD(struct sample, u64, U64),
	FIELD(struct sample, i8, I64),
	FIELD(struct sample, i64, I64),
	FIELD(struct sample, addr, HEX),
	FIELD(struct sample, mode, OCT),
	FIELD(struct sample, flag, BOOL),
	FIELD(struct sample, name, STR),
	FIELD(struct sample, data, BYTES),
	FIELD(struct sample, list, LIST),
	FIELD_END
};

static void encode(struct buf *out, const struct sample *s)
{
	record_begin(out, "sample");
	record_put_fields(out, NULL, fields, s);
	record_end(out);
}

/* 0 when LINE (without its line end) is one good record of the table. */
static int decode(struct arena *a, const char *line, struct sample *s)
{
	static struct record r;
	char *copy = strdup(line);
	int err;

	err_clear();
	err = record_parse(&r, copy) || record_take_fields(&r, a, fields, s) || record_done(&r);
	free(copy);
	return err;
}

static int same(const struct sample *a, const struct sample *b)
{
	const struct field *f;

	for (f = fields; f->name; f++)
		if (field_differs(f, a, b))
			return 0;
	return 1;
}

static void test_exact_text(void)
{
	uint8_t bytes[] = { 0, 1, 0xab, 0xff };
	uint64_t numbers[] = { 0, 7, UINT64_MAX };
	struct sample s = { 1, 2, 3, UINT64_MAX, -128, INT64_MIN, 0x7fff0000, 0755, 1, "a b\\=\n\xff~", { bytes, 4 }, { numbers, 3 } };
	struct sample zero = { .name = "" };
	cleanup_buf struct buf out = { 0 };

	encode(&out, &s);
	check(!strcmp(out.p, "sample u8=1 u16=2 u32=3 u64=18446744073709551615 i8=-128 i64=-9223372036854775808 addr=0x7fff0000 mode=0755 "
			     "flag=1 name=a\\x20b\\x5c\\x3d\\x0a\\xff~ data=0001abff list=0,7,18446744073709551615\n"),
	      "each type is written as FORMAT says");
	buf_clear(&out);
	encode(&out, &zero);
	check(!strcmp(out.p, "sample u8=0 u16=0 u32=0 u64=0 i8=0 i64=0 addr=0x0 mode=0 flag=0 name= data= list=\n"), "zeros and nothing");
	buf_clear(&out);
	record_begin(&out, "k");
	record_put_u64(&out, "a", 5);
	record_end(&out);
	check(!strcmp(out.p, "k a=5\n"), "a single key");
}

/* The section of LINES into OUT: how many they are, -1. */
static int read_section(struct arena *a, const char *const *lines, int n, struct sample *out)
{
	struct record_seen seen = { .n = 0 };
	int i, err = 0;

	for (i = 0; i < n && !err; i++) {
		static struct record r;
		char *copy = strdup(lines[i]);

		err_clear();
		r.seen = &seen;
		err = record_parse(&r, copy) || record_take_fields(&r, a, fields, &out[i]) || record_done(&r);
		free(copy);
	}
	return err ? -1 : i;
}

static void test_left_out(void)
{
	static const char *const lines[] = {
		"sample u8=0 u16=0 u32=0 u64=0 i8=0 i64=0 addr=0x0 mode=0 flag=0 name= data= list=",
		"sample u8=1 i8=-1 name=n list=0", "sample", "sample flag=1 u8=0", "sample u8=1 other=2",
	};
	struct sample s[5] = { { .name = "" }, { .u8 = 1, .i8 = -1, .name = "n", .list = { (uint64_t[]){ 0 }, 1 } }, { .name = NULL } };
	struct sample back[5] = { { 0 } };
	struct record_seen seen = { .n = 0 };
	cleanup_buf struct buf out = { 0 }, wanted = { 0 };
	struct arena a = { 0 };
	int i;

	for (i = 0; i < 3; i++) {
		record_begin(&out, "sample");
		record_put_fields(&out, &seen, fields, &s[i]);
		record_end(&out);
		buf_printf(&wanted, "%s\n", lines[i]);
	}
	check(!strcmp(out.p, wanted.p), "after the first record of a table what is 0 or empty is left out");
	s[2].name = "";
	check(read_section(&a, lines, 4, back) == 4 && same(&s[0], &back[0]) && same(&s[1], &back[1]) && same(&s[2], &back[2]),
	      "and is 0 or empty when it is read");
	check(back[3].flag == 1 && back[3].u8 == 0 && back[3].name && !*back[3].name, "it may be there");
	check(read_section(&a, lines, 5, back) < 0 && strstr(err_text(), "other is unknown"), "a key that is unknown is refused there, too");
	check(read_section(&a, &lines[1], 1, back) < 0 && strstr(err_text(), "u16 is missing"), "the first record has to have all keys");
	arena_free(&a);
}

static uint64_t random_number(unsigned *seed)
{
	uint64_t v = (uint64_t)rand_r(seed) << 40 ^ (uint64_t)rand_r(seed) << 20 ^ (uint64_t)rand_r(seed);

	return v >> (rand_r(seed) % 64);
}

static void random_sample(struct sample *s, unsigned *seed, uint8_t *bytes, uint64_t *numbers, char *name)
{
	unsigned i, n = (unsigned)rand_r(seed) % 40;

	for (i = 0; i < 40; i++) {
		bytes[i] = (uint8_t)rand_r(seed);
		numbers[i] = random_number(seed);
		name[i] = (char)(1 + rand_r(seed) % 255);
	}
	name[n] = '\0';
	*s = (struct sample){
		.u8 = (uint8_t)random_number(seed), .u16 = (uint16_t)random_number(seed), .u32 = (uint32_t)random_number(seed),
		.u64 = random_number(seed), .i8 = (int8_t)random_number(seed), .i64 = -(int64_t)random_number(seed),
		.addr = random_number(seed), .mode = (uint32_t)random_number(seed), .flag = rand_r(seed) & 1, .name = name,
		.data = { bytes, (size_t)rand_r(seed) % 40 }, .list = { numbers, (size_t)rand_r(seed) % 40 },
	};
}

static void test_round_trip(void)
{
	unsigned seed = 4711, i, bad = 0;

	for (i = 0; i < 20000; i++) {
		cleanup_buf struct buf out = { 0 }, again = { 0 };
		uint64_t numbers[40];
		uint8_t bytes[40];
		char name[41];
		struct sample s, back = { 0 };
		struct arena a = { 0 };

		random_sample(&s, &seed, bytes, numbers, name);
		encode(&out, &s);
		out.p[out.len - 1] = '\0';
		bad += decode(&a, out.p, &back) || !same(&s, &back);
		out.p[out.len - 1] = '\n';
		if (back.name)
			encode(&again, &back);
		bad += !again.p || strcmp(again.p, out.p);
		arena_free(&a);
	}
	check(bad == 0, "20000 random records come back, and are written again as the same text");
}

#define REST " u16=2 u32=3 u64=4 i8=5 i64=6 addr=0x7 mode=010 flag=1"
#define TAIL " name=n data=00 list=1"

static void refuse(const char *line, const char *says)
{
	struct arena a = { 0 };
	struct sample s = { 0 };
	char title[256];

	snprintf(title, sizeof(title), "refused (%s): %.100s", says, line);
	check(decode(&a, line, &s) && err_status() == STATUS_BAD_IMAGE && strstr(err_text(), says), title);
	arena_free(&a);
}

/* One field with VALUE, all others good. */
static void refuse_value(const char *key, const char *value, const char *says)
{
	static const char *const good[][2] = {
		{ "u8", "1" }, { "u16", "2" }, { "u32", "3" }, { "u64", "4" }, { "i8", "5" }, { "i64", "6" }, { "addr", "0x7" },
		{ "mode", "010" }, { "flag", "1" }, { "name", "n" }, { "data", "00" }, { "list", "1" },
	};
	cleanup_buf struct buf line = { 0 };
	size_t i;

	buf_puts(&line, "sample");
	for (i = 0; i < sizeof(good) / sizeof(*good); i++)
		buf_printf(&line, " %s=%s", good[i][0], strcmp(good[i][0], key) ? good[i][1] : value);
	if (says)
		refuse(line.p, says);
	else {
		struct arena a = { 0 };
		struct sample s = { 0 };

		check(!decode(&a, line.p, &s), value);
		arena_free(&a);
	}
}

static void test_syntax(void)
{
	refuse_value("u8", "255", NULL);
	refuse("", "no kind");
	refuse(" sample u8=1" REST TAIL, "no kind");
	refuse("Sample u8=1" REST TAIL, "no kind");
	refuse("u8=1", "no kind");
	refuse("sample", "u8 is missing");
	refuse("sample u8=1" REST " name=n data=00", "list is missing");
	refuse("sample u8=1 u8=1" REST TAIL, "twice");
	refuse("sample u8=1" REST TAIL " new=1", "new is unknown");
	refuse("sample u8=1" REST TAIL " ", "not key=value");
	refuse("sample  u8=1" REST TAIL, "not key=value");
	refuse("sample u8=1" REST TAIL " word", "not key=value");
	refuse("sample u8=1" REST TAIL " =1", "a key with");
	refuse("sample u8=1" REST TAIL " U=1", "a key with");
	refuse("sample u8=1" REST TAIL " a-b=1", "a key with");
	refuse("sample\tu8=1" REST TAIL, "no kind");
	refuse("sample u8=1\t" REST TAIL, "should be escaped");
	refuse("sample u8=1" REST TAIL "\r", "should be escaped");
	refuse("sample u8=1" REST TAIL " x=\xc3\xa4", "should be escaped");
	refuse("sample u8=1" REST TAIL " x=a=b", "should be escaped");
}

static void test_values(void)
{
	static const char *const not_numbers[] = {
		"", "-1", "+1", "01", "00", "0x1", "1 ", "1a", "a", "18446744073709551616", "99999999999999999999"
	};
	size_t i;

	for (i = 0; i < sizeof(not_numbers) / sizeof(*not_numbers); i++)
		refuse_value("u64", not_numbers[i], "");
	refuse_value("u8", "256", "out of range");
	refuse_value("u16", "65536", "out of range");
	refuse_value("u32", "4294967296", "out of range");
	refuse_value("i8", "128", "out of range");
	refuse_value("i8", "-129", "out of range");
	refuse_value("i8", "-128", NULL);
	refuse_value("i64", "9223372036854775808", "number");
	refuse_value("i64", "-9223372036854775809", "number");
	refuse_value("i64", "-9223372036854775808", NULL);
	refuse_value("i64", "-0", "number");
	refuse_value("i64", "-", "number");
	refuse_value("i64", "--1", "number");
	refuse_value("addr", "7", "number");
	refuse_value("addr", "0x", "number");
	refuse_value("addr", "0x00", "number");
	refuse_value("addr", "0xA", "number");
	refuse_value("addr", "0x10000000000000000", "number");
	refuse_value("addr", "0xffffffffffffffff", NULL);
	refuse_value("mode", "755", "number");
	refuse_value("mode", "00", "number");
	refuse_value("mode", "08", "number");
	refuse_value("mode", "040000000000", "out of range");
	refuse_value("mode", "0", NULL);
	refuse_value("flag", "2", "out of range");
	refuse_value("flag", "true", "number");
}

static void test_long_values(void)
{
	static const char *const bad_names[] = {
		"\\", "\\x", "\\x2", "\\x2g", "\\x2G", "\\n", "\\\\", "\\x00", "\\x41", "\\xFF", "a\\x5Cb"
	};
	size_t i;

	for (i = 0; i < sizeof(bad_names) / sizeof(*bad_names); i++)
		refuse_value("name", bad_names[i], "bad escape");
	refuse_value("name", "", NULL);
	refuse_value("name", "\\x5c\\x20", NULL);
	refuse_value("data", "0", "half a byte");
	refuse_value("data", "0g", "not hexadecimal");
	refuse_value("data", "0A", "not hexadecimal");
	refuse_value("data", "", NULL);
	refuse_value("list", ",", "list");
	refuse_value("list", "1,", "list");
	refuse_value("list", ",1", "list");
	refuse_value("list", "1,,2", "list");
	refuse_value("list", "1,-2", "list");
	refuse_value("list", "1,18446744073709551616", "list");
	refuse_value("list", "", NULL);
	refuse_value("list", "0,0,1", NULL);
}

static void test_limits(void)
{
	static const struct field named[] = { FIELD(struct sample, name, STR), FIELD_END };
	static struct record r;
	cleanup_buf struct buf line = { 0 };
	struct arena small = { .limit = 64 }, a = { 0 };
	char text[] = "sample name=0123456789012345678901234567890123456789012345678901234567890123456789 x_new=1 id=5";
	struct sample s = { .name = NULL };
	uint64_t id = 0;
	int i;

	check(!record_parse(&r, text) && !record_take_u64(&r, "id", &id) && id == 5, "a single number is taken");
	check(record_done(&r) == -1 && strstr(err_text(), "name is unknown"), "what was not taken is unknown");
	check(record_take_fields(&r, &small, named, &s) == -1, "a limit of memory is kept");
	check(!record_take_fields(&r, &a, named, &s) && strlen(s.name) == 70, "a string is taken");
	check(!record_done(&r), "an unknown key that begins with x_ is optional");
	check(record_take_u64(&r, "no", &id) == -1 && err_status() == STATUS_BAD_IMAGE, "a missing key is missed");
	arena_free(&small);
	arena_free(&a);
	buf_puts(&line, "sample");
	for (i = 0; i < RECORD_KEYS_MAX; i++)
		buf_printf(&line, " k%d=1", i);
	check(!record_parse(&r, line.p) && r.npairs == RECORD_KEYS_MAX, "as many keys as there may be");
	buf_clear(&line);
	buf_puts(&line, "sample");
	for (i = 0; i <= RECORD_KEYS_MAX; i++)
		buf_printf(&line, " k%d=1", i);
	check(record_parse(&r, line.p) == -1 && strstr(err_text(), "too many"), "one key too many");
}

static void test_output(void)
{
	uint8_t bytes[] = { 1, 0xab };
	uint64_t numbers[] = { 1, 2 };
	struct sample s = { 1, 2, 3, 4, -5, -6, 0x7, 0644, 1, "a \"b\\\xc3\xa4\n\x80\xc2\x9b\xed\xa0\x80\x7f", { bytes, 2 }, { numbers, 2 } };
	struct sample zero = { .name = "" };
	cleanup_buf struct buf out = { 0 };

	record_json(&out, fields, &s);
	check(!strcmp(out.p, "\"u8\":1,\"u16\":2,\"u32\":3,\"u64\":4,\"i8\":-5,\"i64\":-6,\"addr\":\"0x7\",\"mode\":\"0644\",\"flag\":true,"
			     "\"name\":\"a \\\"b\\\\\xc3\xa4\\u000a\\u0080\\u009b\\u00ed\\u00a0\\u0080\\u007f\",\"data\":\"01ab\",\"list\":[1,2]"), "JSON");
	buf_clear(&out);
	record_json(&out, fields + 8, &zero);
	check(!strcmp(out.p, "\"flag\":false,\"name\":\"\",\"data\":\"\",\"list\":[]"), "JSON of nothing");
	buf_clear(&out);
	record_print(&out, fields + 6, &s);
	check(!strcmp(out.p, "addr 0x7  mode 0644  flag 1  name a\\x20\"b\\x5c\\xc3\\xa4\\x0a\\x80\\xc2\\x9b\\xed\\xa0\\x80\\x7f  data 01ab  list 1,2"),
	      "for people");
	buf_clear(&out);
	record_print(&out, fields + 8, &zero);
	check(!strcmp(out.p, "flag 0  name -  data -  list -"), "for people, of nothing");
}

static void test_place(void)
{
	char text[] = "task pid=1\n";
	struct model m = { 0 };

	check(model_read_section(&m, "tasks", text, strlen(text)) == -1 && strstr(err_text(), "tasks line 1: task: ppid is missing"),
	      "the section and the line are named");
	model_free(&m);
}

int main(void)
{
	test_exact_text();
	test_left_out();
	test_round_trip();
	test_syntax();
	test_values();
	test_long_values();
	test_limits();
	test_output();
	test_place();
	return failures != 0;
}
