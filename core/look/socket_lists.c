/*
 * socket_lists.c - /proc/PID/net of the namespaces of the tree: each list is read when the first socket of its sort asks, once a scan.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/io.h"
#include "core/base/search.h"
#include "core/look/sockets.h"

struct socket_list {
	char net[64], name[16];
	int there;
	union {
		struct proc_inet_table inet;
		struct proc_unix_table unix_sockets;
		struct proc_netlink_table netlink;
		struct proc_packet_table packet;
		struct proc_groups groups;
	} t;
	struct socket_list *next;
};

/* By inode, so that each of many sockets finds its row fast. */
#define SORT(read, table) ({ \
	int r_ = (read); \
	if (!r_ && (table).n) \
		qsort((table).v, (table).n, sizeof(*(table).v), search_order); \
	r_; })

static int read_list(int dir, struct arena *a, struct socket_list *list)
{
	char path[32];

	snprintf(path, sizeof(path), "net/%s", list->name);
	if (!strcmp(list->name, "unix"))
		return SORT(proc_read_net_unix(dir, a, &list->t.unix_sockets), list->t.unix_sockets);
	if (!strcmp(list->name, "netlink"))
		return SORT(proc_read_net_netlink(dir, a, &list->t.netlink), list->t.netlink);
	if (!strcmp(list->name, "packet"))
		return SORT(proc_read_net_packet(dir, a, &list->t.packet), list->t.packet);
	if (!strncmp(list->name, "igmp", 4))
		return proc_read_net_groups(dir, path, a, &list->t.groups);
	return SORT(proc_read_net_inet(dir, path, a, &list->t.inet), list->t.inet);
}

/* What cannot be read or understood is as if it were not there: the socket is refused in any case, with fewer words. */
static struct socket_list *list_of(struct socket_look *k, const char *name)
{
	struct arena *a = &k->s->model->arena;
	struct socket_list *list;
	cleanup_fd int task = -1;

	for (list = k->s->socket_lists; list; list = list->next)
		if (!strcmp(list->name, name) && !strcmp(list->net, k->net))
			return list->there ? list : NULL;
	list = arena_alloc(a, sizeof(*list));
	if (!list)
		return NULL;
	snprintf(list->net, sizeof(list->net), "%s", k->net);
	snprintf(list->name, sizeof(list->name), "%s", name);
	list->there = *k->net && !proc_open_thread(k->f->pid, k->f->tid, &task) && !read_list(task, a, list);
	if (!list->there)
		err_clear();
	list->next = k->s->socket_lists;
	k->s->socket_lists = list;
	return list->there ? list : NULL;
}

const struct proc_inet_table *socket_list_inet(struct socket_look *k, const char *name)
{
	struct socket_list *list = list_of(k, name);

	return list ? &list->t.inet : NULL;
}

static const struct proc_unix_table *list_unix(struct socket_look *k)
{
	struct socket_list *list = list_of(k, "unix");

	return list ? &list->t.unix_sockets : NULL;
}

static const struct proc_netlink_table *list_netlink(struct socket_look *k)
{
	struct socket_list *list = list_of(k, "netlink");

	return list ? &list->t.netlink : NULL;
}

static const struct proc_packet_table *list_packet(struct socket_look *k)
{
	struct socket_list *list = list_of(k, "packet");

	return list ? &list->t.packet : NULL;
}

const struct proc_groups *socket_list_groups(struct socket_look *k, const char *name)
{
	struct socket_list *list = list_of(k, name);

	return list ? &list->t.groups : NULL;
}

static const void *row_of(const void *v, size_t n, size_t width, uint64_t ino)
{
	size_t i = search_sorted(v, n, width, 0, ino);
	const uint64_t *row = (const void *)((const char *)v + i * width);

	return i < n && *row == ino ? row : NULL;
}

#define ROW(table, ino) ((table) ? row_of((table)->v, (table)->n, sizeof(*(table)->v), (ino)) : NULL)

const struct proc_inet_socket *socket_row_inet(struct socket_look *k, const char *name)
{
	const struct proc_inet_table *t = socket_list_inet(k, name);

	return ROW(t, k->ino);
}

const struct proc_unix_socket *socket_row_unix(struct socket_look *k)
{
	const struct proc_unix_table *t = list_unix(k);

	return ROW(t, k->ino);
}

const struct proc_netlink_socket *socket_row_netlink(struct socket_look *k)
{
	const struct proc_netlink_table *t = list_netlink(k);

	return ROW(t, k->ino);
}

const struct proc_packet_socket *socket_row_packet(struct socket_look *k)
{
	const struct proc_packet_table *t = list_packet(k);

	return ROW(t, k->ino);
}
