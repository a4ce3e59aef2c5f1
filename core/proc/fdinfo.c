/*
 * fdinfo.c - /proc/PID/fdinfo/FD: what all open files have, and what each kind adds.
 *
 *	pos:	0
 *	flags:	02000002
 *	mnt_id:	14
 *	ino:	26
 *	lock:	1: FLOCK  ADVISORY  WRITE 14249 fe:00:10994253 0 EOF
 *	eventfd-count:                5
 *	inotify wd:1 ino:a7c039 sdev:fe00000 mask:300 ignored_mask:0 fhandle-bytes:8 fhandle-type:1 f_handle:39c0a700
 *
 * proc_pid_fdinfo(5)
 */
#include <stdio.h>
#include <string.h>

#include "core/base/err.h"
#include "core/proc/proc.h"
#include "core/proc/text.h"

enum { SEEN_POS = 1, SEEN_FLAGS = 2, SEEN_MNT = 4, SEEN_INO = 8 };

struct line {
	const char *key, *value;
	size_t keylen, len;		/* LEN: of the value, up to the end of the line */
};

static int is_key(const struct line *l, const char *key)
{
	return l->keylen == strlen(key) && !memcmp(l->key, key, l->keylen);
}

static void split(const char *text, size_t len, struct line *l)
{
	const char *colon = memchr(text, ':', len);
	const char *end = text + len;

	l->key = text;
	if (!strncmp(text, "inotify ", 8) || !strncmp(text, "fanotify ", 9))
		l->keylen = text_word_length(text);
	else
		l->keylen = colon ? (size_t)(colon - text) : 0;
	l->value = text + l->keylen + (colon ? 1 : 0);
	while (l->value < end && (*l->value == ' ' || *l->value == '\t'))
		l->value++;
	while (end > l->value && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	l->len = (size_t)(end - l->value);
}

/* One of the numbers that every file has: 1 taken, 0 another line, -1. A second time it belongs to the kind. */
static int take_common(const struct line *l, struct proc_fdinfo *out, unsigned *seen)
{
	const char *p = l->value;
	unsigned what;
	int bad;

	if (is_key(l, "pos")) {
		what = SEEN_POS;
		bad = *seen & what ? 0 : text_i64(&p, &out->pos);
	} else if (is_key(l, "flags")) {
		what = SEEN_FLAGS;
		bad = *seen & what ? 0 : text_u32(&p, 8, &out->flags);
	} else if (is_key(l, "mnt_id")) {
		what = SEEN_MNT;
		bad = *seen & what ? 0 : text_u32(&p, 10, &out->mnt_id);
	} else if (is_key(l, "ino")) {
		what = SEEN_INO;
		bad = *seen & what ? 0 : text_u64(&p, 10, &out->ino);
	} else {
		return 0;
	}
	if (*seen & what)
		return 0;
	*seen |= what;
	return bad || p != l->value + l->len ? -1 : 1;
}

static int take_lock(struct arena *a, const struct line *l, struct proc_locks *out, size_t *cap)
{
	struct proc_lock *lock = arena_grow(a, &out->v, out->n, cap, sizeof(*lock));

	if (!lock || proc_lock_parse(l->value, l->len, lock))
		return -1;
	out->n++;
	return 0;
}

static int take_other(struct arena *a, const struct line *l, struct proc_pairs *out, size_t *cap)
{
	struct proc_pair *pair = arena_grow(a, &out->v, out->n, cap, sizeof(*pair));

	if (!pair)
		return -1;
	pair->key = arena_strndup(a, l->key, l->keylen);
	pair->value = arena_strndup(a, l->value, l->len);
	if (!pair->key || !pair->value)
		return -1;
	out->n++;
	return 0;
}

int proc_fdinfo_parse(struct arena *a, const char *text, struct proc_fdinfo *out)
{
	const unsigned required = SEEN_POS | SEEN_FLAGS | SEEN_MNT;
	const char *whole = text;
	size_t lock_cap = 0, other_cap = 0;
	unsigned seen = 0;

	*out = (struct proc_fdinfo){ 0 };
	while (*text) {
		size_t len = text_line_length(text);
		struct line l;
		int r;

		split(text, len, &l);
		r = take_common(&l, out, &seen);
		if (r < 0)
			return text_fail("fdinfo", text);
		if (r == 0 && is_key(&l, "lock"))
			r = take_lock(a, &l, &out->locks, &lock_cap);
		else if (r == 0)
			r = take_other(a, &l, &out->other, &other_cap);
		if (r < 0)
			return fail_context("fdinfo");
		text += len;
		text += *text == '\n';
	}
	out->has_ino = !!(seen & SEEN_INO);
	return (seen & required) == required ? 0 : text_fail("fdinfo, lines are missing", whole);
}

int proc_read_fdinfo_text(int dirfd, unsigned fd, struct buf *out)
{
	char name[32];

	snprintf(name, sizeof(name), "fdinfo/%u", fd);
	return proc_read_record(dirfd, name, out);
}

int proc_read_fdinfo(int dirfd, unsigned fd, struct arena *a, struct proc_fdinfo *out)
{
	cleanup_buf struct buf text = { 0 };
	int r = proc_read_fdinfo_text(dirfd, fd, &text);

	return r ? r : proc_fdinfo_parse(a, text.p, out);
}
