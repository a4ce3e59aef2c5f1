/*
 * time_wait.c - closed TCP connections that still wait for late packets, at a port of the tree. They belong to nobody: only the port tells.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/run.h"
#include "core/look/sockets.h"

#define TIME_WAIT 6

struct ports {				/* done already: a server has one port and many connections */
	struct seen {
		const struct proc_inet_table *list;
		unsigned port;
	} *v;
	size_t n, cap;
};

static unsigned port_of(const char *address)
{
	const char *colon = strrchr(address, ':');

	return colon ? (unsigned)strtoul(colon + 1, NULL, 16) : 0;
}

static unsigned count(const struct proc_inet_table *list, unsigned port)
{
	unsigned n = 0;

	for (size_t i = 0; list && i < list->n; i++)
		n += list->v[i].state == TIME_WAIT && port_of(list->v[i].local) == port;
	return n;
}

/* 1 it is new, 0 it was seen before, -1. */
static int add(struct scan *s, struct ports *ports, const struct proc_inet_table *list, unsigned port)
{
	for (size_t i = 0; i < ports->n; i++)
		if (ports->v[i].list == list && ports->v[i].port == port)
			return 0;
	ports->v = arena_grow(&s->model->arena, ports->v, ports->n, &ports->cap, sizeof(*ports->v));
	if (!ports->v)
		return -1;
	ports->v[ports->n++] = (struct seen) { list, port };
	return 1;
}

static int look(struct scan *s, const struct file *f, struct ports *ports)
{
	struct socket_look k;
	const struct proc_inet_table *list, *list6;
	const struct proc_inet_socket *row;
	unsigned n, port;
	char object[32];
	int is_new;

	socket_begin(s, f, &k);
	if (strncmp(k.name, "TCP", 3))
		return 0;
	row = socket_row_inet(&k, k.name[3] ? "tcp6" : "tcp");
	list = socket_list_inet(&k, "tcp");
	list6 = socket_list_inet(&k, "tcp6");
	port = row ? port_of(row->local) : 0;
	is_new = port && list ? add(s, ports, list, port) : 0;
	n = is_new > 0 ? count(list, port) + count(list6, port) : 0;
	if (is_new < 0 || !n)
		return is_new < 0 ? -1 : 0;
	snprintf(object, sizeof(object), "port %u", port);
	return report_add(s->report, FINDING_NOTE, "time_wait", f->pid, 0, object, "wait a minute, or let it set SO_REUSEADDR",
			  "%u connections of this port wait for late packets (TIME_WAIT): they are not carried", n);
}

static int scan(struct scan *s)
{
	struct ports ports = { 0 };

	for (size_t i = 0; i < s->model->nfiles; i++)
		if (is_socket(s->model->files[i]) && look(s, s->model->files[i], &ports) < 0)
			return -1;
	return 0;
}

const struct check check_time_wait = {
	.name = "time_wait",
	.title = "connections in TIME_WAIT",
	.how = "lines of state 06 without inode in /proc/PID/net/tcp and tcp6, at a local port that a socket of the tree has",
	.condition = "they stay where they are: a note counts those at a port of the tree",
	.page = ROW_PAGE(
		"A TCP connection that this side closed first stays for a minute, so that late packets find it and not a "
		"new one.\n\n"
		"No process owns it, so it cannot be dumped with one: it stays where it is, and a restore on the same "
		"machine finds it there. Then a listener can only be bound again with SO_REUSEADDR; on another machine it "
		"is lost, which late packets of the peer would notice. Only the port tells that it may have been one of "
		"the tree's.\n\n"
		"In a network namespace of the tree's own they could be made again with TCP_REPAIR. Wait a minute before "
		"the dump if it matters."),
	.in_2009 = 'N',
	.scan = scan,
};
