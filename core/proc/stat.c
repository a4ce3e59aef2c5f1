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
#include "core/proc/proc.h"
#include "core/proc/text.h"

#define FIRST_NUMBER 4			/* fields are numbered from 1, as in the man page; the 3rd is the state */
#define LAST_FIELD 52

static const struct {
	unsigned number;
	struct field field;
} wanted[] = {
	{ 4, FIELD(struct proc_stat, ppid, I64) },
	{ 5, FIELD(struct proc_stat, pgrp, I64) },
	{ 6, FIELD(struct proc_stat, session, I64) },
	{ 7, FIELD(struct proc_stat, tty_nr, U64) },
	{ 8, FIELD(struct proc_stat, tpgid, I64) },
	{ 9, FIELD(struct proc_stat, flags, U64) },
	{ 18, FIELD(struct proc_stat, priority, I64) },
	{ 19, FIELD(struct proc_stat, nice, I64) },
	{ 20, FIELD(struct proc_stat, num_threads, I64) },
	{ 22, FIELD(struct proc_stat, starttime, U64) },
	{ 26, FIELD(struct proc_stat, start_code, U64) },
	{ 27, FIELD(struct proc_stat, end_code, U64) },
	{ 28, FIELD(struct proc_stat, start_stack, U64) },
	{ 38, FIELD(struct proc_stat, exit_signal, I64) },
	{ 39, FIELD(struct proc_stat, processor, U64) },
	{ 40, FIELD(struct proc_stat, rt_priority, U64) },
	{ 41, FIELD(struct proc_stat, policy, U64) },
	{ 45, FIELD(struct proc_stat, start_data, U64) },
	{ 46, FIELD(struct proc_stat, end_data, U64) },
	{ 47, FIELD(struct proc_stat, start_brk, U64) },
	{ 48, FIELD(struct proc_stat, arg_start, U64) },
	{ 49, FIELD(struct proc_stat, arg_end, U64) },
	{ 50, FIELD(struct proc_stat, env_start, U64) },
	{ 51, FIELD(struct proc_stat, env_end, U64) },
	{ 52, FIELD(struct proc_stat, exit_code, I64) },
};

#define WANTED (sizeof(wanted) / sizeof(wanted[0]))

/* A number of either sign, as the field that takes it (NULL: nobody) wants it. */
static int take_number(const char **p, const struct field *f, struct proc_stat *out)
{
	uint64_t u;
	int64_t i;

	if (!f) {
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
		const struct field *f = NULL;

		if (next < WANTED && wanted[next].number == number)
			f = &wanted[next++].field;
		p++;
		if (take_number(&p, f, out))
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
	int r = proc_read_text(dirfd, "stat", &text);

	return r ? r : proc_stat_parse(text.p, out);
}
