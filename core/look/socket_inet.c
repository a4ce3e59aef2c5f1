/*
 * socket_inet.c - sockets with internet addresses, in the words of netstat(8).
 *
 *	TCP 10.0.0.5:80 <-> 10.0.0.9:51234 established, 120 bytes not read
 *	TCP 127.0.0.1:8080 listening, 2 connections not accepted
 *	UDP 0.0.0.0:53, 768 bytes of datagrams not read
 *
 * The lists of /proc/PID/net hold what is bound (UDP) or listens or is connected (TCP) in the namespace of the task. That of TCP may be
 * very long, most of it in TIME_WAIT: it is read only where the socket itself cannot be asked.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <linux/sockios.h>

#include "core/look/sockets.h"

enum { ESTABLISHED = 1, SYN_RECEIVED = 3, CLOSED = 7, LISTENING = 10 };

struct inet_facts {
	struct buf local, remote;	/* "" when there is none */
	int state;
	uint32_t unread, unsent, waiting, half_open;
};

static const char *state_name(int state)
{
	static const char *const names[] = {
		"", "established", "connecting (SYN_SENT)", "half open (SYN_RECV)", "closing (FIN_WAIT1)", "half closed (FIN_WAIT2)",
		"TIME_WAIT", "not connected", "half closed by its peer (CLOSE_WAIT)", "closing (LAST_ACK)", "listening", "closing (CLOSING)",
		"half open (NEW_SYN_RECV)", "bound",
	};

	return state > 0 && state < (int)(sizeof(names) / sizeof(names[0])) ? names[state] : "in a state that cr does not know";
}

/* "TCPv6" stands in tcp6, "UDP-Lite" in udplite, "PING" in icmp. NULL: in none. */
static const char *list_name(const char *name)
{
	static const struct { char name[10], list[9]; } lists[] = {
		{ "TCP", "tcp" }, { "TCPv6", "tcp6" }, { "UDP", "udp" }, { "UDPv6", "udp6" }, { "UDP-Lite", "udplite" },
		{ "UDPLITEv6", "udplite6" }, { "RAW", "raw" }, { "RAWv6", "raw6" }, { "PING", "icmp" }, { "PINGv6", "icmp6" },
	};

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (!strcmp(lists[i].name, name))
			return lists[i].list;
	return NULL;
}

/* Connections that a listener has not answered yet have no descriptor, but its port. */
static uint32_t count_half_open(const struct proc_inet_table *t, const char *local)
{
	const char *port = strrchr(local, ':');
	uint32_t n = 0;

	for (size_t i = 0; port && t && i < t->n; i++)
		n += t->v[i].state == SYN_RECEIVED && !t->v[i].inode && !strcmp(strrchr(t->v[i].local, ':'), port);
	return n;
}

static int is_tcp(const struct socket_look *k)
{
	return !strncmp(k->name, "TCP", 3);
}

static int take_row(struct socket_look *k, const char *list, const struct proc_inet_socket *row, struct inet_facts *i)
{
	i->state = row->state;
	i->unread = row->rx_queue;
	i->unsent = row->tx_queue;
	if (is_tcp(k) && row->state == LISTENING) {
		i->waiting = row->rx_queue;
		i->unread = 0;
		i->half_open = count_half_open(socket_list_inet(k, list), row->local);
	}
	if (proc_inet_format(row->local, &i->local) < 0)
		return -1;
	return strspn(strchr(row->remote, ':') + 1, "0") == 4 && row->state != ESTABLISHED ? 0 : proc_inet_format(row->remote, &i->remote);
}

static void put_address(const struct sockaddr_storage *a, struct buf *out)
{
	char text[INET6_ADDRSTRLEN];
	const struct sockaddr_in *in = (const struct sockaddr_in *)a;
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)a;

	if (a->ss_family == AF_INET && inet_ntop(AF_INET, &in->sin_addr, text, sizeof(text)))
		buf_printf(out, "%s:%u", text, ntohs(in->sin_port));
	else if (a->ss_family == AF_INET6 && inet_ntop(AF_INET6, &in6->sin6_addr, text, sizeof(text)))
		buf_printf(out, "[%s]:%u", text, ntohs(in6->sin6_port));
}

/* TCP_INFO says the state first; of a listener also how many wait (tcpi_unacked). */
static void take_tcp_info(struct socket_look *k, struct inet_facts *i)
{
	unsigned char info[28] = { 0 };
	socklen_t len = sizeof(info);

	if (getsockopt(k->copy, IPPROTO_TCP, 11, info, &len) || len < sizeof(info))
		return;
	i->state = info[0];
	if (i->state == LISTENING)
		memcpy(&i->waiting, info + 24, sizeof(i->waiting));
}

static void take_copy(struct socket_look *k, struct inet_facts *i)
{
	struct sockaddr_storage a;
	socklen_t len = sizeof(a);
	int n = 0;

	if (getsockname(k->copy, (struct sockaddr *)&a, &len) == 0)
		put_address(&a, &i->local);
	len = sizeof(a);
	if (getpeername(k->copy, (struct sockaddr *)&a, &len) == 0)
		put_address(&a, &i->remote);
	if (is_tcp(k))
		take_tcp_info(k, i);
	if (i->state != LISTENING && ioctl(k->copy, SIOCINQ, &n) == 0 && n > 0)
		i->unread = (uint32_t)n;
	if (ioctl(k->copy, SIOCOUTQ, &n) == 0 && n > 0)
		i->unsent = (uint32_t)n;
}

/* Datagrams on their way leave within no time; what stays is held back by UDP_CORK or MSG_MORE. Bytes that stay. */
static uint32_t held_back(struct socket_look *k, uint32_t unsent)
{
	const struct timespec step = { .tv_nsec = 1000000 };
	int n = (int)unsent;

	for (int i = 0; i < 20 && n > 0 && k->copy >= 0; i++) {
		nanosleep(&step, NULL);
		if (ioctl(k->copy, SIOCOUTQ, &n))
			n = (int)unsent;
	}
	return (uint32_t)n;
}

static void say_tcp(const struct inet_facts *i, struct buf *out)
{
	buf_printf(out, " %s", state_name(i->state));
	if (i->waiting)
		buf_printf(out, ", %u connections not accepted", i->waiting);
	if (i->half_open)
		buf_printf(out, ", %u half open", i->half_open);
	if (i->unread)
		buf_printf(out, ", %u bytes not read", i->unread);
	if (i->unsent)
		buf_printf(out, ", %u bytes not acknowledged", i->unsent);
}

static void say_datagrams(struct socket_look *k, struct inet_facts *i, struct buf *out)
{
	if (i->unread)
		buf_printf(out, ", %u bytes of datagrams not read", i->unread);
	i->unsent = i->unsent ? held_back(k, i->unsent) : 0;
	if (i->unsent)
		buf_printf(out, ", %u bytes held back unsent, which nobody can read (UDP_CORK, MSG_MORE)", i->unsent);
}

/* A port of 0 means: none yet. RAW sockets have a protocol there. */
static void put_local(const struct socket_look *k, const struct inet_facts *i, struct buf *out)
{
	const char *port = i->local.len ? strrchr(i->local.p, ':') : NULL;

	if (!port)
		buf_printf(out, "%s socket", k->name);
	else if (!strcmp(port, ":0"))
		buf_printf(out, "%s not bound", k->name);
	else
		buf_printf(out, "%s %s", k->name, i->local.p);
}

int socket_say_inet(struct socket_look *k, struct buf *out)
{
	const char *list = list_name(k->name);
	const struct proc_inet_socket *row = list && (k->copy < 0 || !is_tcp(k)) ? socket_row_inet(k, list) : NULL;
	struct inet_facts i = { .state = is_tcp(k) ? CLOSED : 0 };
	int ret = 0;

	if (row)
		ret = take_row(k, list, row, &i);
	else if (k->copy >= 0)
		take_copy(k, &i);
	put_local(k, &i, out);
	if (i.remote.len)
		buf_printf(out, " <-> %s", i.remote.p);
	if (is_tcp(k))
		say_tcp(&i, out);
	else
		say_datagrams(k, &i, out);
	buf_free(&i.local);
	buf_free(&i.remote);
	return ret;
}
