/*
 * unix_diag.c - one unix socket, asked for by its inode. Needs CONFIG_UNIX_DIAG; sees only our own network namespace. sock_diag(7)
 */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>

#include "core/look/unix_diag.h"

#ifndef UDIAG_SHOW_UID
#define UDIAG_SHOW_UID 0x40
#endif

static uint32_t word(const unsigned char *p)
{
	uint32_t w;

	memcpy(&w, p, sizeof(w));
	return w;
}

static void take(unsigned type, const unsigned char *data, size_t len, struct unix_diag *out)
{
	switch (type) {
	case UNIX_DIAG_NAME:
		out->name_len = len < sizeof(out->name) ? (unsigned)len : sizeof(out->name);
		memcpy(out->name, data, out->name_len);
		break;
	case UNIX_DIAG_VFS:
		out->has_file = len >= 8;
		out->file_ino = len >= 8 ? word(data) : 0;
		out->file_dev = len >= 8 ? word(data + 4) : 0;
		break;
	case UNIX_DIAG_PEER:
		out->has_peer = len >= 4;
		out->peer = len >= 4 ? word(data) : 0;
		break;
	case UNIX_DIAG_ICONS:
		out->waiting = (unsigned)(len / 4);
		break;
	case UNIX_DIAG_RQLEN:
		out->rqueue = len >= 8 ? word(data) : 0;
		out->wqueue = len >= 8 ? word(data + 4) : 0;
		break;
	case UNIX_DIAG_SHUTDOWN:
		out->shut = len ? data[0] : 0;
		break;
	}
}

int unix_diag_parse(const void *answer, size_t len, struct unix_diag *out)
{
	const unsigned char *p = answer;
	struct nlmsghdr head;
	struct unix_diag_msg msg;
	size_t at = NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(msg));

	*out = (struct unix_diag) { 0 };
	if (len < NLMSG_HDRLEN + sizeof(msg))
		return -1;
	memcpy(&head, p, sizeof(head));
	memcpy(&msg, p + NLMSG_HDRLEN, sizeof(msg));
	if (head.nlmsg_type != SOCK_DIAG_BY_FAMILY || head.nlmsg_len > len || msg.udiag_family != AF_UNIX)
		return -1;
	out->type = msg.udiag_type;
	out->state = msg.udiag_state;
	out->ino = msg.udiag_ino;
	while (at + NLA_HDRLEN <= head.nlmsg_len) {
		struct nlattr attr;

		memcpy(&attr, p + at, sizeof(attr));
		if (attr.nla_len < NLA_HDRLEN || attr.nla_len > head.nlmsg_len - at)
			return -1;
		take(attr.nla_type, p + at + NLA_HDRLEN, attr.nla_len - (size_t)NLA_HDRLEN, out);
		at += NLA_ALIGN(attr.nla_len);
	}
	return 0;
}

int unix_diag_ask(uint64_t ino, struct unix_diag *out)
{
	struct {
		struct nlmsghdr head;
		struct unix_diag_req req;
	} ask = {
		.head = { .nlmsg_len = sizeof(ask), .nlmsg_type = SOCK_DIAG_BY_FAMILY, .nlmsg_flags = NLM_F_REQUEST },
		.req = { .sdiag_family = AF_UNIX, .udiag_states = ~0u, .udiag_ino = (uint32_t)ino, .udiag_cookie = { ~0u, ~0u },
			 .udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_VFS | UDIAG_SHOW_PEER | UDIAG_SHOW_ICONS | UDIAG_SHOW_RQLEN },
	};
	unsigned char answer[16384];		/* a list of those who wait may be long, and is cut off then */
	static int fd = -1;			/* one for all questions */
	ssize_t n = -1;

	if (fd < 0)
		fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	if (fd >= 0 && send(fd, &ask, sizeof(ask), 0) == (ssize_t)sizeof(ask))
		n = recv(fd, answer, sizeof(answer), 0);
	return n < 0 || unix_diag_parse(answer, (size_t)n, out) < 0 || out->ino != (uint32_t)ino ? -1 : 0;
}
