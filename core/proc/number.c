/*
 * number.c - files that hold one number, or a list of them.
 *
 *	oom_score_adj -500	coredump_filter 00000033	children "4711 4712 "
 *
 * proc_pid_oom_score_adj(5), proc_pid_coredump_filter(5), proc_tid_children(5)
 */
#include <string.h>

#include "core/proc/proc.h"
#include "core/proc/text.h"

static int at_end(const char *p)
{
	return p[strspn(p, " \t\n")] == '\0';
}

int proc_u64_parse(const char *text, unsigned base, uint64_t *out)
{
	const char *p = text;

	if (base == 16 && p[0] == '0' && p[1] == 'x')
		p += 2;
	if (text_u64(&p, base, out) || !at_end(p))
		return text_fail("number", text);
	return 0;
}

int proc_i64_parse(const char *text, int64_t *out)
{
	const char *p = text;

	if (text_i64(&p, out) || !at_end(p))
		return text_fail("number", text);
	return 0;
}

int proc_list_parse(struct arena *a, const char *text, struct u64_list *out)
{
	const char *p = text;
	size_t cap = 0;

	*out = (struct u64_list){ 0 };
	for (;;) {
		uint64_t v;

		p += strspn(p, " \t\n");
		if (!*p)
			return 0;
		if (text_u64(&p, 10, &v) || (*p && !strchr(" \t\n", *p)))
			return text_fail("list of numbers", text);
		if (!arena_grow(a, &out->v, out->n, &cap, sizeof(*out->v)))
			return -1;
		out->v[out->n++] = v;
	}
}

/* A file of one number reads as nothing when the memory that it speaks of has gone. */
static int read_number(int dirfd, const char *name, struct buf *text)
{
	int r = proc_read_record(dirfd, name, text);

	return !r && !text->len && !proc_lives(dirfd) ? PROC_GONE : r;
}

int proc_read_u64(int dirfd, const char *name, unsigned base, uint64_t *out)
{
	cleanup_buf struct buf text = { 0 };
	int r = read_number(dirfd, name, &text);

	return r ? r : proc_u64_parse(text.p, base, out);
}

int proc_read_i64(int dirfd, const char *name, int64_t *out)
{
	cleanup_buf struct buf text = { 0 };
	int r = read_number(dirfd, name, &text);

	return r ? r : proc_i64_parse(text.p, out);
}

int proc_read_list(int dirfd, const char *name, struct arena *a, struct u64_list *out)
{
	cleanup_buf struct buf text = { 0 };
	int r = proc_read_text(dirfd, name, &text);

	return r ? r : proc_list_parse(a, text.p, out);
}
