/*
 * net_tables.c - /proc/PID/net/{unix,netlink,packet}: sockets without internet addresses.
 *
 *	Num       RefCount Protocol Flags    Type St Inode Path
 *	0000000000000000: 00000002 00000000 00010000 0001 01 37632 /run/uuidd/request
 *
 *	sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode
 *	000000003e1a39ad 0   16628      00000001 4352     0        1     2        0        251669
 *
 *	sk               RefCnt Type Proto  Iface R Rmem   User   Inode
 *	00000000a2af0c40 3      3    0003   0     1 0      0      250638
 *
 * proc_pid_net(5), unix(7), netlink(7), packet(7)
 */
#include <string.h>

#include "core/base/err.h"
#include "core/proc/net.h"
#include "core/proc/text.h"

/* Checks the first words of the heading; returns the line behind it, NULL: recorded. */
static const char *skip_heading(const char *text, const char *first, const char *second)
{
	const char *p = text;
	const char *end = text + text_line_length(text);

	if (!text_literal(&p, first) && !text_gap(&p) && !text_literal(&p, second) && *end)
		return end + 1;
	text_fail("net table", text);
	return NULL;
}

static int take_number(const char **p, unsigned base, uint32_t *out)
{
	return text_u32(p, base, out) || text_gap(p) ? -1 : 0;
}

/* The address of the socket, which the kernel hides or scrambles. */
static int skip_pointer(const char **p)
{
	size_t len = text_word_length(*p);

	*p += len;
	return len ? text_gap(p) : -1;
}

static int take_unix(struct arena *a, const char *p, struct proc_unix_socket *s)
{
	uint32_t references;

	if (skip_pointer(&p) || take_number(&p, 16, &references) || take_number(&p, 16, &s->protocol) ||
	    take_number(&p, 16, &s->flags) || take_number(&p, 16, &s->type) || take_number(&p, 16, &s->state) ||
	    text_u64(&p, 10, &s->inode) || (*p && *p != ' ' && *p != '\n'))
		return -1;
	p += *p == ' ';			/* only one: a name may begin with a space */
	s->path = text_rest_of_line(a, &p);
	return s->path ? 0 : -1;
}

static int take_netlink(const char *p, struct proc_netlink_socket *s)
{
	uint32_t locks;

	return skip_pointer(&p) || take_number(&p, 10, &s->protocol) || take_number(&p, 10, &s->portid) ||
	       take_number(&p, 16, &s->groups) || take_number(&p, 10, &s->rmem) || take_number(&p, 10, &s->wmem) ||
	       take_number(&p, 10, &s->dump) || take_number(&p, 10, &locks) || take_number(&p, 10, &s->drops) ||
	       text_u64(&p, 10, &s->inode) || (*p && *p != ' ' && *p != '\n') ? -1 : 0;
}

static int take_packet(const char *p, struct proc_packet_socket *s)
{
	uint32_t references;

	return skip_pointer(&p) || take_number(&p, 10, &references) || take_number(&p, 10, &s->type) ||
	       take_number(&p, 16, &s->protocol) || take_number(&p, 10, &s->ifindex) || take_number(&p, 10, &s->running) ||
	       take_number(&p, 10, &s->rmem) || take_number(&p, 10, &s->uid) ||
	       text_u64(&p, 10, &s->inode) || (*p && *p != ' ' && *p != '\n') ? -1 : 0;
}

#define next_line(text) ((text) += text_line_length(text), (text) += *(text) == '\n')

int proc_net_unix_parse(struct arena *a, const char *text, struct proc_unix_table *out)
{
	size_t cap = 0;

	*out = (struct proc_unix_table){ 0 };
	for (text = skip_heading(text, "Num", "RefCount"); text && *text; next_line(text)) {
		if (!arena_grow(a, &out->v, out->n, &cap, sizeof(*out->v)))
			return -1;
		if (take_unix(a, text, &out->v[out->n]))
			return text_fail("net/unix", text);
		out->n++;
	}
	return text ? 0 : -1;
}

int proc_net_netlink_parse(struct arena *a, const char *text, struct proc_netlink_table *out)
{
	size_t cap = 0;

	*out = (struct proc_netlink_table){ 0 };
	for (text = skip_heading(text, "sk", "Eth"); text && *text; next_line(text)) {
		if (!arena_grow(a, &out->v, out->n, &cap, sizeof(*out->v)))
			return -1;
		if (take_netlink(text, &out->v[out->n]))
			return text_fail("net/netlink", text);
		out->n++;
	}
	return text ? 0 : -1;
}

int proc_net_packet_parse(struct arena *a, const char *text, struct proc_packet_table *out)
{
	size_t cap = 0;

	*out = (struct proc_packet_table){ 0 };
	for (text = skip_heading(text, "sk", "RefCnt"); text && *text; next_line(text)) {
		if (!arena_grow(a, &out->v, out->n, &cap, sizeof(*out->v)))
			return -1;
		if (take_packet(text, &out->v[out->n]))
			return text_fail("net/packet", text);
		out->n++;
	}
	return text ? 0 : -1;
}

int proc_read_net_unix(int dirfd, struct arena *a, struct proc_unix_table *out)
{
	cleanup_buf struct buf text = { 0 };
	int r = proc_read_text(dirfd, "net/unix", &text);

	return r ? r : proc_net_unix_parse(a, text.p, out);
}

int proc_read_net_netlink(int dirfd, struct arena *a, struct proc_netlink_table *out)
{
	cleanup_buf struct buf text = { 0 };
	int r = proc_read_text(dirfd, "net/netlink", &text);

	return r ? r : proc_net_netlink_parse(a, text.p, out);
}

int proc_read_net_packet(int dirfd, struct arena *a, struct proc_packet_table *out)
{
	cleanup_buf struct buf text = { 0 };
	int r = proc_read_text(dirfd, "net/packet", &text);

	return r ? r : proc_net_packet_parse(a, text.p, out);
}
