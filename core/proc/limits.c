/*
 * limits.c - /proc/PID/limits: resource limits, by their names for people.
 *
 *	Limit                     Soft Limit           Hard Limit           Units
 *	Max cpu time              unlimited            unlimited            seconds
 *	Max open files            20000                20000                files
 *
 * proc_pid_limits(5), getrlimit(2)
 */
#include <string.h>

#include "core/base/err.h"
#include "core/proc/proc.h"
#include "core/proc/text.h"

#define NAME_WIDTH 25			/* then one space at least: names hold spaces themselves */

/* In the order of the RLIMIT_ numbers of x86_64. */
static const char *const names[PROC_LIMITS] = {
	"Max cpu time", "Max file size", "Max data size", "Max stack size",
	"Max core file size", "Max resident set", "Max processes", "Max open files",
	"Max locked memory", "Max address space", "Max file locks", "Max pending signals",
	"Max msgqueue size", "Max nice priority", "Max realtime priority", "Max realtime timeout",
};

static int take_value(const char **p, uint64_t *out)
{
	if (!text_literal(p, "unlimited")) {
		*out = ~0ull;
		return 0;
	}
	return text_u64(p, 10, out);
}

static int number_of(const char *name, size_t len)
{
	int i;

	for (i = 0; i < PROC_LIMITS; i++)
		if (strlen(names[i]) == len && !memcmp(names[i], name, len))
			return i;
	return -1;
}

static int add_unknown(struct arena *a, const char *name, size_t len, struct proc_limits *out, size_t *cap)
{
	char **at = arena_grow(a, &out->unknown.v, out->unknown.n, cap, sizeof(*at));

	if (!at || !(*at = arena_strndup(a, name, len)))
		return -1;
	out->unknown.n++;
	return 0;
}

static int take_row(struct arena *a, const char *line, struct proc_limits *out, size_t *cap)
{
	const char *p = line + NAME_WIDTH;
	uint64_t soft, hard;
	size_t len = NAME_WIDTH;
	int number;

	if (text_line_length(line) < NAME_WIDTH || text_gap(&p))
		return text_fail("limits", line);
	while (len && line[len - 1] == ' ')
		len--;
	if (!len || take_value(&p, &soft) || text_gap(&p) || take_value(&p, &hard) || (*p && *p != ' ' && *p != '\n'))
		return text_fail("limits", line);
	number = number_of(line, len);
	if (number < 0)
		return add_unknown(a, line, len, out, cap);
	if (out->present & 1u << number)
		return text_fail("limits, twice", line);
	out->present |= 1u << number;
	out->soft[number] = soft;
	out->hard[number] = hard;
	return 0;
}

int proc_limits_parse(struct arena *a, const char *text, struct proc_limits *out)
{
	const char *heading = text;
	size_t cap = 0;

	*out = (struct proc_limits){ 0 };
	if (text_literal(&heading, "Limit ") || !strchr(text, '\n'))
		return text_fail("limits", text);
	for (text = strchr(text, '\n') + 1; *text; text += *text == '\n') {
		if (take_row(a, text, out, &cap))
			return -1;
		text += text_line_length(text);
	}
	return 0;
}

int proc_read_limits(int dirfd, struct arena *a, struct proc_limits *out)
{
	cleanup_buf struct buf text = { 0 };
	int r = proc_read_record(dirfd, "limits", &text);

	return r ? r : proc_limits_parse(a, text.p, out);
}
