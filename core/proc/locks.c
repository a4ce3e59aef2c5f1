/*
 * locks.c - file locks, as /proc/locks and the lines "lock:" of fdinfo show them.
 *
 *	1: FLOCK  ADVISORY  WRITE 14249 fe:00:10994253 0 EOF
 *	2: POSIX  ADVISORY  WRITE 14249 fe:00:10994253 0 9
 *	2: -> POSIX  ADVISORY  WRITE 14251 fe:00:10994253 0 2
 *	3: OFDLCK ADVISORY  READ -1 fe:00:10994253 50 54
 *	4: LEASE  BREAKING  UNLCK 14249 fe:00:10994253 0 EOF
 *	4: -> LEASE  BREAKER   WRITE 14263 <none>:0 0 EOF
 *
 * proc_locks(5)
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "core/base/err.h"
#include "core/base/io.h"
#include "core/proc/proc.h"
#include "core/proc/text.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define LINE_MAX_LENGTH 255

static const char *const kinds[] = {
	[PROC_LOCK_POSIX] = "POSIX", [PROC_LOCK_OFD] = "OFDLCK", [PROC_LOCK_FLOCK] = "FLOCK",
	[PROC_LOCK_LEASE] = "LEASE", [PROC_LOCK_DELEG] = "DELEG", [PROC_LOCK_ACCESS] = "ACCESS",
};
static const char *const states[] = {
	[PROC_LOCK_ADVISORY] = "ADVISORY", [PROC_LOCK_NOINODE] = "*NOINODE*", [PROC_LOCK_ACTIVE] = "ACTIVE",
	[PROC_LOCK_BREAKING] = "BREAKING", [PROC_LOCK_BREAKER] = "BREAKER",
};
static const char *const modes[] = {
	[PROC_LOCK_READ] = "READ", [PROC_LOCK_WRITE] = "WRITE", [PROC_LOCK_UNLOCK] = "UNLCK",
};

/* The place in WORDS of the next word, and the blanks behind it; -1: unknown. */
static int take_word(const char **p, const char *const *words, size_t n)
{
	size_t len = text_word_length(*p);
	size_t i;

	for (i = 0; i < n; i++) {
		if (strlen(words[i]) != len || memcmp(words[i], *p, len))
			continue;
		*p += len;
		return text_gap(p) ? -1 : (int)i;
	}
	return -1;
}

/* "->" is indented by one more space for each lock that is waited for through another waiter. */
static int take_depth(const char **p, unsigned *depth)
{
	const char *before = *p;

	text_blanks(p);
	*depth = 0;
	if (text_literal(p, "-> "))
		return *p == before ? 0 : -1;
	*depth = (unsigned)(*p - before) - 2;
	return 0;
}

static int take_inode(const char **p, struct proc_lock *out)
{
	if (!text_literal(p, "<none>:0"))
		return out->state == PROC_LOCK_NOINODE || out->state == PROC_LOCK_BREAKER ? 0 : -1;
	return text_u32(p, 16, &out->major) || text_literal(p, ":") ||
	       text_u32(p, 16, &out->minor) || text_literal(p, ":") ||
	       text_u64(p, 10, &out->inode);
}

static int take_range(const char **p, struct proc_lock *out)
{
	if (text_i64(p, &out->start) || text_literal(p, " "))
		return -1;
	if (!text_literal(p, "EOF"))
		out->end = PROC_LOCK_EOF;
	else if (text_i64(p, &out->end))
		return -1;
	return out->start < 0 || out->end < out->start ? -1 : 0;
}

static int state_belongs(const struct proc_lock *lock)
{
	int lease = lock->kind == PROC_LOCK_LEASE || lock->kind == PROC_LOCK_DELEG;

	return lease == (lock->state >= PROC_LOCK_ACTIVE);
}

static int parse(const char *p, struct proc_lock *out)
{
	int kind, state, mode;

	if (text_u64(&p, 10, &out->id) || text_literal(&p, ": ") || take_depth(&p, &out->waiter))
		return -1;
	kind = take_word(&p, kinds, COUNT(kinds));
	state = kind < 0 ? -1 : take_word(&p, states, COUNT(states));
	mode = state < 0 ? -1 : take_word(&p, modes, COUNT(modes));
	if (mode < 0)
		return -1;
	out->kind = (enum proc_lock_kind)kind;
	out->state = (enum proc_lock_state)state;
	out->mode = (enum proc_lock_mode)mode;
	if (!state_belongs(out) || text_i32(&p, &out->pid) || text_literal(&p, " "))
		return -1;
	if (take_inode(&p, out) || text_literal(&p, " ") || take_range(&p, out))
		return -1;
	return *p ? -1 : 0;
}

int proc_lock_parse(const char *line, size_t len, struct proc_lock *out)
{
	char copy[LINE_MAX_LENGTH + 1];

	*out = (struct proc_lock){ 0 };
	len = strnlen(line, len);
	if (len > LINE_MAX_LENGTH)
		return text_fail("lock", "a line too long");
	memcpy(copy, line, len);
	copy[len] = '\0';
	return parse(copy, out) ? text_fail("lock", copy) : 0;
}

int proc_locks_parse(struct arena *a, const char *text, struct proc_locks *out)
{
	size_t cap = 0;

	*out = (struct proc_locks){ 0 };
	while (*text) {
		size_t len = text_line_length(text);
		struct proc_lock *lock = arena_grow(a, &out->v, out->n, &cap, sizeof(*lock));

		if (!lock || proc_lock_parse(text, len, lock))
			return -1;
		out->n++;
		text += len;
		text += *text == '\n';
	}
	return 0;
}

/* A kernel without CONFIG_FILE_LOCKING has no such file, and no locks. */
int proc_read_locks(struct arena *a, struct proc_locks *out)
{
	cleanup_buf struct buf text = { 0 };

	if (io_read_file(AT_FDCWD, "/proc/locks", &text) && errno != ENOENT)
		return fail("read /proc/locks");
	return proc_locks_parse(a, text.p ? text.p : "", out);
}
