/*
 * smaps.c - /proc/PID/smaps: the lines of maps, each with figures and with flags that stand nowhere else.
 *
 *	563d572f4000-563d572f6000 r--p 00000000 fe:00 248056                     /usr/bin/sleep
 *	Size:                  8 kB
 *	KernelPageSize:        4 kB
 *	Anonymous:             0 kB
 *	THPeligible:           0
 *	ProtectionKey:         0
 *	VmFlags: rd mr mw me
 *
 * proc_pid_smaps(5)
 */
#include <string.h>

#include "core/base/err.h"
#include "core/proc/proc.h"
#include "core/proc/text.h"

const char proc_vm_flag_names[PROC_VM_FLAGS][3] = {
	[PROC_VM_RD] = "rd", [PROC_VM_WR] = "wr", [PROC_VM_EX] = "ex", [PROC_VM_SH] = "sh",
	[PROC_VM_MR] = "mr", [PROC_VM_MW] = "mw", [PROC_VM_ME] = "me", [PROC_VM_MS] = "ms",
	[PROC_VM_GD] = "gd", [PROC_VM_PF] = "pf", [PROC_VM_LO] = "lo", [PROC_VM_IO] = "io",
	[PROC_VM_SR] = "sr", [PROC_VM_RR] = "rr", [PROC_VM_DC] = "dc", [PROC_VM_DE] = "de",
	[PROC_VM_LF] = "lf", [PROC_VM_AC] = "ac", [PROC_VM_NR] = "nr", [PROC_VM_HT] = "ht",
	[PROC_VM_SF] = "sf", [PROC_VM_AR] = "ar", [PROC_VM_WF] = "wf", [PROC_VM_DD] = "dd",
	[PROC_VM_SD] = "sd", [PROC_VM_MM] = "mm", [PROC_VM_HG] = "hg", [PROC_VM_NH] = "nh",
	[PROC_VM_MG] = "mg", [PROC_VM_BT] = "bt", [PROC_VM_MT] = "mt", [PROC_VM_UM] = "um",
	[PROC_VM_UW] = "uw", [PROC_VM_UI] = "ui", [PROC_VM_SS] = "ss", [PROC_VM_SL] = "sl",
	[PROC_VM_DP] = "dp", [PROC_VM_GU] = "gu", [PROC_VM_DW] = "dw",
};

/* Every key that is known, as wide as the kernel writes it; those with a member are stored there. */
#define KEY_WIDTH 16
#define USUAL 28			/* bytes of "Anonymous:             0 kB\n" */
#define KEPT(key, member) { key, offsetof(struct proc_smap, member) }
#define DROPPED(key) { key, 0 }
static const struct {
	char key[KEY_WIDTH + 1];	/* no pointers: nothing has to be relocated */
	uint16_t offset;		/* 0 is the map: no figure */
} keys[] = {
	DROPPED("Size:           "), KEPT("KernelPageSize: ", kernel_page_kb), DROPPED("MMUPageSize:    "),
	KEPT("Rss:            ", rss_kb), KEPT("Pss:            ", pss_kb), DROPPED("Pss_Dirty:      "),
	DROPPED("Shared_Clean:   "), DROPPED("Shared_Dirty:   "), DROPPED("Private_Clean:  "),
	DROPPED("Private_Dirty:  "), DROPPED("Referenced:     "), KEPT("Anonymous:      ", anonymous_kb),
	DROPPED("KSM:            "), DROPPED("LazyFree:       "), KEPT("AnonHugePages:  ", anon_huge_kb),
	DROPPED("ShmemPmdMapped: "), DROPPED("FilePmdMapped:  "), DROPPED("Shared_Hugetlb: "),
	DROPPED("Private_Hugetlb:"), KEPT("Swap:           ", swap_kb), DROPPED("SwapPss:        "),
	KEPT("Locked:         ", locked_kb), DROPPED("THPeligible:    "), KEPT("ProtectionKey:  ", protection_key),
};
#define KEYS (sizeof(keys) / sizeof(keys[0]))

static int flag_of(const char *word, size_t len)
{
	int i;

	for (i = 0; len == 2 && i < PROC_VM_FLAGS; i++)
		if (proc_vm_flag_names[i][0] == word[0] && proc_vm_flag_names[i][1] == word[1])
			return i;
	return -1;
}

static int take_flags(struct arena *a, const char *p, struct proc_smap *out)
{
	char *end;

	text_blanks(&p);
	out->flags_text = text_rest_of_line(a, &p);
	if (!out->flags_text)
		return -1;
	end = out->flags_text + strlen(out->flags_text);
	while (end > out->flags_text && end[-1] == ' ')
		*--end = '\0';
	for (p = out->flags_text; *p; text_blanks(&p)) {
		size_t len = text_word_length(p);
		int flag = flag_of(p, len);

		if (flag >= 0) {
			out->flags |= 1ull << flag;
		} else {
			out->unknown_flags++;
			if (!out->unknown_flag && !(out->unknown_flag = arena_strndup(a, p, len)))
				return -1;
		}
		p += len;
	}
	return 0;
}

static int take_unknown(struct arena *a, const char *line, size_t keylen, struct proc_smap *out, size_t *cap)
{
	const char *value = line + keylen + 1;
	struct proc_pair *pair = arena_grow(a, &out->unknown.v, out->unknown.n, cap, sizeof(*pair));

	if (!pair)
		return -1;
	text_blanks(&value);
	pair->key = arena_strndup(a, line, keylen);
	pair->value = text_rest_of_line(a, &value);
	if (!pair->key || !pair->value)
		return -1;
	out->unknown.n++;
	return 0;
}

/* VALUE of LINE: "     8 kB", or without the unit. */
static int take_figure(const char *line, const char *value, struct proc_smap *out, unsigned key)
{
	uint64_t v;

	if (!keys[key].offset)
		return 0;
	text_blanks(&value);
	if (text_u64(&value, 10, &v) || (*value == ' ' && text_literal(&value, " kB")) || (*value && *value != '\n'))
		return text_fail("smaps", line);
	*(uint64_t *)(void *)((char *)out + keys[key].offset) = v;
	return 0;
}

/* The value behind the key; NULL: it is another. */
static const char *after_key(const char *line, unsigned key)
{
	const char *k = keys[key].key;

	for (; *k == *line; k++, line++)
		if (*k == ':')
			return line + 1;
	return NULL;
}

/* Eight bytes at once, which memcmp(3) in a small program does not do. */
static int same(const char *a, const char *b)
{
	uint64_t x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return x == y;
}

/* A line like nearly all: nothing has to be searched in it. */
static int is_usual(const char *line, const char *end, const char *key)
{
	return end - line >= USUAL && same(line, key) && same(line + 8, key + 8) && line[USUAL - 1] == '\n';
}

static int take_other(struct arena *a, const char *line, struct proc_smap *out, size_t *cap, unsigned *next)
{
	const char *value = line;
	size_t keylen;

	if (!text_literal(&value, "VmFlags:"))
		return out->flags_text ? text_fail("smaps, twice", line) : take_flags(a, value, out);
	for (unsigned n = 0; n < KEYS; n++) {
		unsigned key = (*next + n) % KEYS;

		value = after_key(line, key);
		if (!value)
			continue;
		*next = (key + 1) % KEYS;
		return take_figure(line, value, out, key);
	}
	keylen = strcspn(line, ":\n");
	if (line[keylen] != ':' || !keylen)
		return text_fail("smaps", line);
	return take_unknown(a, line, keylen, out, cap);
}

/* The lines of all mappings have the same order, so the key after the one before (*NEXT) is tried first. */
static int take_line(struct arena *a, const char **text, const char *end, struct proc_smap *out, size_t *cap, unsigned *next)
{
	const char *line = *text;
	unsigned key = *next;

	if (is_usual(line, end, keys[key].key)) {
		*text += USUAL;
		*next = (key + 1) % KEYS;
		return take_figure(line, line + KEY_WIDTH, out, key);
	}
	*text += text_line_length(line);
	*text += **text == '\n';
	return take_other(a, line, out, cap, next);
}

/* Keys begin with a capital letter, lines of maps with a lower-case hex digit. */
static int begins_mapping(const char *line)
{
	return (*line >= '0' && *line <= '9') || (*line >= 'a' && *line <= 'f');
}

static int take_mapping(struct arena *a, const char **text, const char *end, struct proc_smap *out)
{
	const char *line = *text;
	unsigned next = 0;
	size_t cap = 0;

	*out = (struct proc_smap){ 0 };
	if (proc_maps_next(a, text, &out->map) < 0)
		return -1;
	while (**text && !begins_mapping(*text))
		if (take_line(a, text, end, out, &cap, &next))
			return -1;
	return out->flags_text ? 0 : text_fail("smaps, no VmFlags", line);
}

int proc_smaps_each(const char *text, uint64_t *end, proc_smap_fn *each, void *ctx)
{
	const char *text_end = text + strlen(text);
	struct arena a = { 0 };
	struct proc_smap m;
	int ret = 0;

	while (!ret && *text) {
		struct arena_mark mark = arena_mark(&a);
		const char *line = text;

		ret = take_mapping(&a, &text, text_end, &m);
		if (!ret && m.map.start < *end)
			ret = text_fail("smaps, out of order", line);
		if (!ret) {
			*end = m.map.end;
			ret = each(ctx, &m);
		}
		arena_rewind(&a, mark);
	}
	arena_free(&a);
	return ret;
}

struct smaps {
	uint64_t end;			/* of the mapping before */
	proc_smap_fn *each;
	void *ctx;
};

static int take_piece(void *ctx, const char *text)
{
	struct smaps *s = ctx;

	return proc_smaps_each(text, &s->end, s->each, s->ctx);
}

int proc_each_smap(int dirfd, proc_smap_fn *each, void *ctx)
{
	struct smaps s = { 0, each, ctx };

	return proc_each_piece(dirfd, "smaps", begins_mapping, take_piece, &s);
}
