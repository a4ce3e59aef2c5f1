/*
 * socket_copy.c - what only our own copy of a socket tells: its network namespace, a filter, memberships, urgent data, a pending error.
 *
 * Taking a copy (pidfd_getfd) puts the socket into our net_cls and net_prio classes: never done when ours are others than the task's.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/io.h"
#include "core/look/sockets.h"

#ifndef PIDFD_THREAD
#define PIDFD_THREAD O_EXCL
#endif
#ifndef FASYNC
#define FASYNC 020000
#endif
#define NETNS_OF_SOCKET 0x894C		/* SIOCGSKNS */
#define BASE_LEVEL 1			/* SOL_SOCKET; the kernel's numbers below */
#define GET_FILTER 26
#define MEMINFO 55
#define MEMINFO_OPTMEM 6
#define MSFILTER 48			/* MCAST_MSFILTER */

/* ---- may we? ---- */

/* The groups that rule net_cls and net_prio of DIR, as one text. */
static int classes_of(int dir, struct arena *a, struct buf *out)
{
	struct proc_cgroups groups;
	int r = proc_read_cgroup(dir, a, &groups);

	for (size_t i = 0; !r && i < groups.n; i++)
		if (strstr(groups.v[i].controllers, "net_cls") || strstr(groups.v[i].controllers, "net_prio"))
			buf_printf(out, "%s:%s\n", groups.v[i].controllers, groups.v[i].path);
	return r;
}

static int same_classes(struct scan *s, const struct file *f)
{
	cleanup_buf struct buf ours = { 0 }, theirs = { 0 };
	cleanup_fd int self = -1, task = -1;

	if (s->one_net_class)
		return 1;
	if (proc_open_self(&self) || classes_of(self, &s->model->arena, &ours))
		return 0;
	s->one_net_class = !ours.len;
	if (s->one_net_class)
		return 1;
	if (proc_open_thread(f->pid, f->tid, &task) || classes_of(task, &s->model->arena, &theirs))
		return 0;
	return theirs.len && !strcmp(ours.p, theirs.p);
}

int socket_copy(struct scan *s, const struct file *f)
{
	cleanup_fd int pidfd = -1;

	if (!same_classes(s, f)) {
		err_clear();
		return -1;
	}
	pidfd = (int)syscall(SYS_pidfd_open, f->tid, f->tid == f->pid ? 0 : PIDFD_THREAD);
	return pidfd < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, pidfd, f->fd, 0);
}

/* ---- one condition each ---- */

static void say_namespace(struct socket_look *k, struct buf *out)
{
	cleanup_fd int ns = ioctl(k->copy, NETNS_OF_SOCKET);
	char path[40], link[64];
	ssize_t n = -1;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", ns);
	if (ns >= 0)
		n = readlink(path, link, sizeof(link) - 1);
	if (n < 0)
		return;
	link[n] = '\0';
	if (strcmp(link, k->net))
		buf_printf(out, "; of another network namespace than its process: %s", link);
}

/* Filters of cBPF can be read, others answer EACCES. Counts instructions when there is no room for them. */
static void say_filter(struct socket_look *k, struct buf *out)
{
	socklen_t n = 0;

	if (getsockopt(k->copy, BASE_LEVEL, GET_FILTER, NULL, &n) == 0) {
		if (n)
			buf_printf(out, "; a filter of %u instructions", (unsigned)n);
	} else if (errno == EACCES) {
		buf_puts(out, "; an eBPF filter, which nobody can read");
	}
}

/* Urgent data stops whoever reads ahead. On other sockets the flag would be ignored, and the peek could move SO_PEEK_OFF. */
static void say_urgent(struct socket_look *k, struct buf *out)
{
	char byte;

	if (k->type != SOCK_STREAM || (k->domain != AF_INET && k->domain != AF_INET6 && k->domain != AF_UNIX))
		return;
	if (recv(k->copy, &byte, 1, MSG_OOB | MSG_PEEK | MSG_DONTWAIT) > 0)
		buf_puts(out, "; urgent data (MSG_OOB) not read yet");
}

/* Asking a socket that signals makes it signal once more (poll remembers that somebody waits for space). */
static void say_error(struct socket_look *k, struct buf *out)
{
	struct pollfd p = { .fd = k->copy };

	if (!(k->f->flags & FASYNC) && poll(&p, 1, 0) > 0 && p.revents & POLLERR)
		buf_puts(out, "; an error or messages in its error queue, not read yet");
}

/* The kernel's struct group_filter, without room for sources. */
struct membership {
	uint32_t device;
	struct sockaddr_storage group __attribute__((aligned(8)));
	uint32_t mode, nsources;
	struct sockaddr_storage sources[1] __attribute__((aligned(8)));
};

/* Has the socket joined this group? Only one that has is told how its sources are filtered. */
static int is_member(int fd, const struct proc_group *g)
{
	struct membership m = { .device = g->device };
	socklen_t len = sizeof(m);

	if (g->len == 4) {
		struct sockaddr_in *in = (struct sockaddr_in *)&m.group;

		in->sin_family = AF_INET;
		memcpy(&in->sin_addr, g->address, 4);
	} else {
		struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&m.group;

		in6->sin6_family = AF_INET6;
		memcpy(&in6->sin6_addr, g->address, 16);
	}
	return getsockopt(fd, g->len == 4 ? 0 : 41, MSFILTER, &m, &len) == 0;
}

static int say_memberships(struct socket_look *k, const struct proc_groups *groups, struct buf *out)
{
	char text[INET6_ADDRSTRLEN];
	int found = 0;

	for (size_t i = 0; groups && i < groups->n; i++) {
		const struct proc_group *g = &groups->v[i];

		if (!is_member(k->copy, g) || !inet_ntop(g->len == 4 ? AF_INET : AF_INET6, g->address, text, sizeof(text)))
			continue;
		buf_printf(out, "; member of %s on device %u", text, g->device);
		found++;
	}
	return found;
}

/* What no option tells still costs memory, and that is told: only then memberships are looked for. */
static void say_hidden(struct socket_look *k, struct buf *out)
{
	uint32_t memory[MEMINFO_OPTMEM + 1] = { 0 };
	socklen_t len = sizeof(memory);
	int found = 0;

	if (getsockopt(k->copy, BASE_LEVEL, MEMINFO, memory, &len) || len < sizeof(memory) || !memory[MEMINFO_OPTMEM])
		return;
	if (k->domain == AF_INET || k->domain == AF_INET6)
		found += say_memberships(k, socket_list_groups(k, "igmp"), out);
	if (k->domain == AF_INET6)
		found += say_memberships(k, socket_list_groups(k, "igmp6"), out);
	buf_printf(out, "; %u bytes of option memory%s", memory[MEMINFO_OPTMEM], found ? "" :
		   k->type == SOCK_STREAM ? ": keys (TCP_MD5SIG, TCP_AO), a filter or sends without copy (MSG_ZEROCOPY)" :
		   ": a filter, an address list or sends without copy (MSG_ZEROCOPY)");
}

/* Descriptors on their way to this socket, or to connections that a listener has not accepted. */
static int say_in_flight(struct socket_look *k, struct buf *out)
{
	cleanup_fd int task = -1;
	struct proc_fdinfo info;
	const char *n = NULL;

	if (!proc_open_thread(k->f->pid, k->f->tid, &task) && !proc_read_fdinfo(task, (unsigned)k->f->fd, &k->s->model->arena, &info))
		n = proc_pairs_get(&info.other, "scm_fds");
	err_clear();
	if (n && strcmp(n, "0"))
		buf_printf(out, "; %s descriptors in flight (SCM_RIGHTS)", n);
	for (size_t i = 0; n && i < info.other.n; i++)
		if (strcmp(info.other.v[i].key, "scm_fds") &&
		    file_refuse(k->s->report, k->f, FINDING_REFUSED, "unknown", "close it before", "fdinfo says '%s: %s', which no unit of "
				"this cr knows", info.other.v[i].key, info.other.v[i].value) < 0)
			return -1;
	return 0;
}

int socket_say_conditions(struct socket_look *k, struct buf *out)
{
	if (say_in_flight(k, out) < 0)
		return -1;
	if (k->copy < 0)
		return 0;
	say_namespace(k, out);
	if (!ENABLE_SOCKET_DETAILS)
		return 0;
	say_filter(k, out);
	say_urgent(k, out);
	say_error(k, out);
	say_hidden(k, out);
	return 0;
}
