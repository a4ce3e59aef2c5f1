/*
 * net_inet.c - /proc/PID/net/{tcp,udp,udplite,raw,icmp} and the same with a 6: sockets with internet addresses.
 *
 *	  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
 *	   0: 0100007F:1F90 00000000:0000 0A 00000000:00000001 00:00000000 00000000     0        0 4093 1 ...
 *
 * What follows the inode differs from table to table, and is not taken.
 *
 * proc_pid_net(5)
 */
#include <arpa/inet.h>
#include <string.h>

#include "core/base/err.h"
#include "core/proc/net.h"
#include "core/proc/text.h"

/* The words of 32 bits of an address, as the kernel prints them; the port. -1: not understood. */
static int take_address(const char **p, uint32_t words[4], unsigned *nwords, uint32_t *port)
{
	size_t digits = strspn(*p, "0123456789ABCDEF");
	unsigned i;

	if (digits != 8 && digits != 32)
		return -1;
	*nwords = (unsigned)digits / 8;
	for (i = 0; i < *nwords; i++) {
		char hex[9] = { 0 };
		const char *h = hex;

		memcpy(hex, *p, 8);
		if (text_u32(&h, 16, &words[i]))
			return -1;
		*p += 8;
	}
	return text_literal(p, ":") || text_u32(p, 16, port) || *port > 65535 ? -1 : 0;
}

static int take_endpoint(struct arena *a, const char **p, char **out)
{
	const char *from = *p;
	uint32_t words[4], port;
	unsigned n;

	if (take_address(p, words, &n, &port))
		return -1;
	*out = arena_strndup(a, from, (size_t)(*p - from));
	return *out ? 0 : -1;
}

static int take_row(struct arena *a, const char *p, struct proc_inet_socket *s)
{
	uint32_t unused, state;

	text_blanks(&p);
	if (text_u32(&p, 10, &unused) || text_literal(&p, ": ") ||
	    take_endpoint(a, &p, &s->local) || text_literal(&p, " ") ||
	    take_endpoint(a, &p, &s->remote) || text_literal(&p, " ") ||
	    text_u32(&p, 16, &state) || state > 255 || text_literal(&p, " ") ||
	    text_u32(&p, 16, &s->tx_queue) || text_literal(&p, ":") ||
	    text_u32(&p, 16, &s->rx_queue) || text_literal(&p, " "))
		return -1;
	s->state = (uint8_t)state;
	p += text_word_length(p);		/* tr:tm->when */
	if (text_gap(&p))
		return -1;
	p += text_word_length(p);		/* retransmits */
	if (text_gap(&p) || text_u32(&p, 10, &s->uid) || text_gap(&p))
		return -1;
	p += text_word_length(p);		/* timeout: signed in some kernels */
	if (text_gap(&p) || text_u64(&p, 10, &s->inode))
		return -1;
	return *p && *p != ' ' && *p != '\n' ? -1 : 0;
}

int proc_net_inet_parse(struct arena *a, const char *text, struct proc_inet_table *out)
{
	const char *heading = text;
	size_t cap = 0;

	*out = (struct proc_inet_table){ 0 };
	text_blanks(&heading);
	if (text_literal(&heading, "sl ") || !strchr(heading, '\n'))
		return text_fail("net table", text);
	for (text = strchr(heading, '\n') + 1; *text; text += *text == '\n') {
		if (!arena_grow(a, &out->v, out->n, &cap, sizeof(*out->v)))
			return -1;
		if (take_row(a, text, &out->v[out->n]))
			return text_fail("net table", text);
		out->n++;
		text += text_line_length(text);
	}
	return 0;
}

int proc_read_net_inet(int dirfd, const char *name, struct arena *a, struct proc_inet_table *out)
{
	cleanup_buf struct buf text = { 0 };
	int r = proc_read_text(dirfd, name, &text);

	return r ? r : proc_net_inet_parse(a, text.p, out);
}

int proc_inet_format(const char *address, struct buf *out)
{
	const char *p = address;
	char text[INET6_ADDRSTRLEN];
	uint32_t words[4], port;	/* each in memory order, printed as a number: the bytes are right as they are */
	unsigned n;

	if (take_address(&p, words, &n, &port) || *p)
		return text_fail("address", address);
	if (!inet_ntop(n == 4 ? AF_INET6 : AF_INET, words, text, sizeof(text)))
		return fail("address %s", address);
	buf_printf(out, n == 4 ? "[%s]:%u" : "%s:%u", text, port);
	return buf_check(out);
}
