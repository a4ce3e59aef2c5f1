/*
 * net_groups.c - /proc/PID/net/{igmp,igmp6}: multicast groups of each device. Which socket has joined them is not told.
 *
 *	Idx	Device    : Count Querier	Reporter
 *	1	lo        :     2      V3
 *					030201EF     1 0:00000000		0
 *
 *	4    eth0            ff0200000000000000000001ff000002     1 00000004 0
 *
 * proc_pid_net(5)
 */
#include <string.h>

#include "core/base/err.h"
#include "core/proc/net.h"
#include "core/proc/text.h"

#define next_line(text) ((text) += text_line_length(text), (text) += *(text) == '\n')

static int add(struct arena *a, struct proc_groups *out, size_t *cap, const struct proc_group *group)
{
	if (!arena_grow(a, &out->v, out->n, cap, sizeof(*out->v)))
		return -1;
	out->v[out->n++] = *group;
	return 0;
}

/* The address is printed as one number, which the memory order of the bytes undoes. */
static int take_group(const char *p, struct proc_group *g)
{
	uint32_t word, users;

	text_blanks(&p);
	if (text_u32(&p, 16, &word) || text_gap(&p) || text_u32(&p, 10, &users) || text_gap(&p))
		return -1;
	memcpy(g->address, &word, 4);
	g->len = 4;
	return 0;
}

int proc_net_igmp_parse(struct arena *a, const char *text, struct proc_groups *out)
{
	const char *heading = text;
	uint32_t device = 0;
	size_t cap = 0;

	*out = (struct proc_groups){ 0 };
	if (text_literal(&heading, "Idx\tDevice") || !strchr(heading, '\n'))
		return text_fail("net/igmp", text);
	for (text = strchr(heading, '\n') + 1; *text; next_line(text)) {
		struct proc_group g = { 0 };
		const char *p = text;

		if (*text != '\t' && *text != ' ') {
			if (text_u32(&p, 10, &device) || text_gap(&p))
				return text_fail("net/igmp", text);
			continue;
		}
		if (!device || take_group(text, &g))
			return text_fail("net/igmp", text);
		g.device = device;
		if (add(a, out, &cap, &g))
			return -1;
	}
	return 0;
}

static int take_group6(const char *p, struct proc_group *g)
{
	if (text_u32(&p, 10, &g->device) || text_gap(&p))
		return -1;
	p += text_word_length(p);
	if (text_gap(&p) || text_word_length(p) != 32)
		return -1;
	for (int i = 0; i < 16; i++, p += 2) {
		char digits[3] = { p[0], p[1], 0 };
		const char *d = digits;
		uint32_t byte;

		if (text_u32(&d, 16, &byte) || *d)
			return -1;
		g->address[i] = (uint8_t)byte;
	}
	g->len = 16;
	return 0;
}

int proc_net_igmp6_parse(struct arena *a, const char *text, struct proc_groups *out)
{
	size_t cap = 0;

	*out = (struct proc_groups){ 0 };
	for (; *text; next_line(text)) {
		struct proc_group g = { 0 };

		if (take_group6(text, &g))
			return text_fail("net/igmp6", text);
		if (add(a, out, &cap, &g))
			return -1;
	}
	return 0;
}

int proc_read_net_groups(int dirfd, const char *name, struct arena *a, struct proc_groups *out)
{
	cleanup_buf struct buf text = { 0 };
	int r = proc_read_text(dirfd, name, &text);

	if (r)
		return r;
	return strcmp(name, "net/igmp6") ? proc_net_igmp_parse(a, text.p, out) : proc_net_igmp6_parse(a, text.p, out);
}
