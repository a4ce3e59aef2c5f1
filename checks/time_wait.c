/*
 * time_wait.c - closed TCP connections that still wait for late packets, at a port of the tree. They belong to nobody: only the port tells.
 *
 * There may be very many of them: sock_diag(7) tells just these, once a scan.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>

#include "checks/run.h"
#include "core/base/io.h"
#include "core/look/sockets.h"

#define TIME_WAIT 6
#define PORTS 65536

/* 1: there is more to come, 0: that was all. */
static int count_in(const char *p, size_t len, uint32_t *count)
{
	struct nlmsghdr head;
	struct inet_diag_msg msg;

	while (len >= sizeof(head)) {
		memcpy(&head, p, sizeof(head));
		if (head.nlmsg_len < sizeof(head) || head.nlmsg_len > len || head.nlmsg_type != SOCK_DIAG_BY_FAMILY)
			return 0;
		if (head.nlmsg_len >= NLMSG_HDRLEN + sizeof(msg)) {
			memcpy(&msg, p + NLMSG_HDRLEN, sizeof(msg));
			count[ntohs(msg.id.idiag_sport)] += msg.idiag_state == TIME_WAIT;
		}
		if (NLMSG_ALIGN(head.nlmsg_len) >= len)
			return 1;
		p += NLMSG_ALIGN(head.nlmsg_len);
		len -= NLMSG_ALIGN(head.nlmsg_len);
	}
	return 1;
}

/* Of our own network namespace. What cannot be told stays 0. */
static void count_family(int family, uint32_t *count)
{
	struct {
		struct nlmsghdr head;
		struct inet_diag_req_v2 req;
	} ask = {
		.head = { .nlmsg_len = sizeof(ask), .nlmsg_type = SOCK_DIAG_BY_FAMILY, .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		.req = { .sdiag_family = (uint8_t)family, .sdiag_protocol = IPPROTO_TCP, .idiag_states = 1u << TIME_WAIT },
	};
	cleanup_fd int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	char answer[32768];
	ssize_t n;

	if (fd < 0 || send(fd, &ask, sizeof(ask), 0) != (ssize_t)sizeof(ask))
		return;
	do {
		n = recv(fd, answer, sizeof(answer), 0);
	} while (n > 0 && count_in(answer, (size_t)n, count));
}

/* The port of a TCP socket of our own namespace; 0: none. */
static unsigned port_of(struct scan *s, const struct file *f)
{
	union {
		struct sockaddr any;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
	} a;
	socklen_t len = sizeof(a);
	char ours[64] = "";
	struct socket_look k;

	socket_begin(s, f, &k);
	if (strncmp(k.name, "TCP", 3) || readlink("/proc/self/ns/net", ours, sizeof(ours) - 1) < 0 || strcmp(ours, k.net))
		return 0;
	cleanup_fd int copy = socket_copy(s, f);

	if (copy < 0 || getsockname(copy, &a.any, &len))
		return 0;
	return ntohs(a.any.sa_family == AF_INET ? a.in.sin_port : a.any.sa_family == AF_INET6 ? a.in6.sin6_port : 0);
}

static int look(struct scan *s, const struct file *f, uint32_t **count)
{
	unsigned port = port_of(s, f);
	uint32_t n;

	if (!port)
		return 0;
	if (!*count) {
		*count = arena_alloc(&s->model->arena, PORTS * sizeof(**count));
		if (!*count)
			return -1;
		count_family(AF_INET, *count);
		count_family(AF_INET6, *count);
	}
	n = (*count)[port];
	(*count)[port] = 0;		/* said once: a server has one port and many connections */
	if (!n)
		return 0;
	return report_add(s->report, FINDING_NOTE, "time_wait", f->pid, 0, report_object(s->report, "port", port),
			  "wait a minute, or let it set SO_REUSEADDR",
			  "%u connections of this port wait for late packets (TIME_WAIT): they are not carried", n);
}

static int scan(struct scan *s)
{
	uint32_t *count = NULL;

	for (size_t i = 0; i < s->model->nfiles; i++)
		if (is_socket(s->model->files[i]) && look(s, s->model->files[i], &count) < 0)
			return -1;
	return 0;
}

const struct check check_time_wait = {
	.name = "time_wait",
	.title = ROW_TEXT("connections in TIME_WAIT"),
	.how = ROW_TEXT("sock_diag(7): connections in TIME_WAIT at a local port that a socket of the tree has"),
	.condition = ROW_TEXT("they stay where they are: a note counts those at a port of the tree"),
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
