/* sockets.c - the description of a socket, put together. See sockets.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "core/base/io.h"
#include "core/look/sockets.h"
#include "core/proc/text.h"

const struct file *socket_holder(const struct model *m, uint64_t ino)
{
	for (size_t i = model_first_of_inode(m, ino); i < m->nfiles && m->sorted[i]->ino == ino; i++)
		if (is_socket(m->sorted[i]))
			return m->sorted[i];
	return NULL;
}

static int number_of(int fd, int option)
{
	int value = -1;
	socklen_t len = sizeof(value);

	return getsockopt(fd, SOL_SOCKET, option, &value, &len) ? -1 : value;
}

void socket_begin(struct scan *s, const struct file *f, struct socket_look *k)
{
	const char *ino = f->text + strlen("socket:[");
	char path[80];
	ssize_t n;

	*k = (struct socket_look) { .s = s, .f = f, .copy = -1, .domain = -1, .type = -1, .protocol = -1 };
	text_u64(&ino, 10, &k->ino);
	snprintf(path, sizeof(path), "/proc/%d/task/%d/ns/net", f->pid, f->tid);
	n = readlink(path, k->net, sizeof(k->net) - 1);
	k->net[n < 0 ? 0 : n] = '\0';
	snprintf(path, sizeof(path), "/proc/%d/task/%d/fd/%d", f->pid, f->tid, f->fd);
	n = getxattr(path, "system.sockprotoname", k->name, sizeof(k->name) - 1);
	k->name[n < 0 ? 0 : n] = '\0';
}

static void take_copy(struct socket_look *k)
{
	struct sockaddr_storage peer;
	socklen_t len = sizeof(peer);

	k->copy = socket_copy(k->s, k->f);
	if (k->copy < 0)
		return;
	k->connected = getpeername(k->copy, (struct sockaddr *)&peer, &len) == 0;
	k->domain = number_of(k->copy, SO_DOMAIN);
	k->type = number_of(k->copy, SO_TYPE);
	k->protocol = number_of(k->copy, SO_PROTOCOL);
}

int socket_describe(struct scan *s, const struct file *f, struct buf *out, int (*say)(struct socket_look *k, struct buf *out))
{
	struct socket_look k;
	int ret;

	socket_begin(s, f, &k);
	take_copy(&k);
	ret = say(&k, out);
	if (ret == 0)
		ret = socket_say_conditions(&k, out);
	if (ENABLE_SOCKET_DETAILS && ret == 0)
		ret = socket_say_options(&k, out);
	io_close(&k.copy);
	return ret;
}
