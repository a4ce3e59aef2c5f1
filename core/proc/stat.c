/*
 * stat.c - /proc/PID/stat: one line of 52 fields.
 *
 *	11100 (sleep) S 11095 11095 2331 0 -1 4194304 130 0 0 0 0 0 0 0 20 0 1 0 550476 2990080 412 18446744073709551615 ...
 *
 * The name in parentheses may itself hold spaces, parentheses and newlines; only numbers follow it.
 *
 * proc_pid_stat(5)
 */
#include <string.h>

#include "core/base/err.h"
#include "core/base/io.h"
#include "core/proc/proc.h"
#include "core/proc/text.h"

#define FIRST_NUMBER 4			/* fields are numbered from 1, as in the man page; the 3rd is the state */
#define LAST_FIELD 52

/* No names: nobody asks for them. */
#define FIELD_AT(number, member, kind) { number, FIELD_##kind, sizeof(((struct proc_stat *)0)->member), offsetof(struct proc_stat, member) }
static const struct {
	uint8_t number, type, width;
	uint16_t offset;
} wanted[] = {
	FIELD_AT(4, ppid, I64),
	FIELD_AT(5, pgrp, I64),
	FIELD_AT(6, session, I64),
	FIELD_AT(7, tty_nr, U64),
	FIELD_AT(8, tpgid, I64),
	FIELD_AT(9, flags, U64),
	FIELD_AT(18, priority, I64),
	FIELD_AT(19, nice, I64),
	FIELD_AT(20, num_threads, I64),
	FIELD_AT(22, starttime, U64),
	FIELD_AT(26, start_code, U64),
	FIELD_AT(27, end_code, U64),
	FIELD_AT(28, start_stack, U64),
	FIELD_AT(38, exit_signal, I64),
	FIELD_AT(39, processor, U64),
	FIELD_AT(40, rt_priority, U64),
	FIELD_AT(41, policy, U64),
	FIELD_AT(45, start_data, U64),
	FIELD_AT(46, end_data, U64),
	FIELD_AT(47, start_brk, U64),
	FIELD_AT(48, arg_start, U64),
	FIELD_AT(49, arg_end, U64),
	FIELD_AT(50, env_start, U64),
	FIELD_AT(51, env_end, U64),
	FIELD_AT(52, exit_code, I64),
};

#define WANTED (sizeof(wanted) / sizeof(wanted[0]))

/* A number of either sign, as the field that takes it (FIELD_NONE: nobody) wants it. */
static int take_number(const char **p, const struct field *f, struct proc_stat *out)
{
	uint64_t u;
	int64_t i;

	if (f->type == FIELD_NONE) {
		if (**p == '-')
			return text_i64(p, &i);
		return text_u64(p, 10, &u);
	}
	if (f->type == FIELD_I64) {
		if (text_i64(p, &i))
			return -1;
		u = (uint64_t)i;
	} else if (text_u64(p, 10, &u)) {
		return -1;
	}
	return field_set(f, out, u);
}

static int take_numbers(const char *p, struct proc_stat *out)
{
	unsigned number, next = 0;

	for (number = FIRST_NUMBER; *p == ' '; number++) {
		struct field f = { .type = FIELD_NONE };

		if (next < WANTED && wanted[next].number == number) {
			f = (struct field) { NULL, wanted[next].type, wanted[next].width, wanted[next].offset, 0 };
			next++;
		}
		p++;
		if (take_number(&p, &f, out))
			return -1;
	}
	if (number <= LAST_FIELD || text_end(&p) || *p)
		return -1;
	out->extra = number - LAST_FIELD - 1;
	return 0;
}

int proc_stat_parse(const char *text, struct proc_stat *out)
{
	const char *p = text;
	const char *close = strrchr(text, ')');
	size_t len;

	*out = (struct proc_stat){ 0 };
	if (text_i32(&p, &out->pid) || text_literal(&p, " (") || !close || close < p)
		return text_fail("stat", text);
	len = (size_t)(close - p);
	if (len >= sizeof(out->comm))
		return text_fail("stat", text);
	memcpy(out->comm, p, len);
	p = close + 1;
	if (text_literal(&p, " ") || !*p || !strchr("RSDTtXZPIWKx", *p))
		return text_fail("stat", text);
	out->state = *p++;
	return take_numbers(p, out) ? text_fail("stat", text) : 0;
}

int proc_read_stat(int dirfd, struct proc_stat *out)
{
	cleanup_buf struct buf text = { 0 };
	int r = proc_read_record(dirfd, "stat", &text);

	return r ? r : proc_stat_parse(text.p, out);
}

int proc_stat_of(pid_t pid, struct proc_stat *out)
{
	cleanup_fd int dir = -1;
	int r = proc_open(pid, &dir);

	return r ? r : proc_read_stat(dir, out);
}
