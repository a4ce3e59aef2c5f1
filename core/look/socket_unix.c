/*
 * socket_unix.c - a unix socket for people.
 *
 *	unix stream socket /run/app.sock listening, 1 connections not accepted
 *	unix stream socket connected to fd 5 of process 42, 12 bytes not read
 *	unix datagram socket @abstract
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "core/base/io.h"
#include "core/look/mounts.h"
#include "core/look/sockets.h"
#include "core/look/unix_diag.h"

#define FILE_OF_SOCKET 0x89E0		/* SIOCUNIXFILE */
enum { CONNECTED = 1, LISTENING = 10 };

static const char *type_name(unsigned type)
{
	return type == SOCK_STREAM ? "stream" : type == SOCK_DGRAM ? "datagram" : type == SOCK_SEQPACKET ? "seqpacket" : "unknown";
}

static void put_name(const char *name, unsigned len, struct buf *out)
{
	char text[128];
	unsigned n = len < sizeof(text) ? len : sizeof(text) - 1;

	for (unsigned i = 0; i < n; i++)
		text[i] = name[i] ? name[i] : '@';	/* NULs are part of an abstract name */
	text[n] = '\0';
	if (n && name[0] && text[n - 1] == '@')
		text[n - 1] = '\0';			/* the end of a path may be counted */
	buf_puts(out, " ");
	buf_put_escaped(out, text);
}

/* Is the file the socket was bound to still the one of that name? Our copy gets it opened as a path; a name from elsewhere may be relative. */
static void say_file(struct socket_look *k, const struct unix_diag *d, struct buf *out)
{
	cleanup_fd int file = k->copy < 0 ? -1 : ioctl(k->copy, FILE_OF_SOCKET);
	struct stat st;
	char path[110];

	if (file >= 0) {
		if (!fstat(file, &st) && !st.st_nlink)
			buf_puts(out, ", whose file was deleted");
		return;
	}
	if (!d->has_file)
		return;
	snprintf(path, sizeof(path), "%.*s", (int)d->name_len, d->name);
	if (path[0] != '/' || mounts_unsafe_on_way(k->s->mounts, path))
		buf_puts(out, ", whether whose file is still there cannot be told");
	else if (!lstat(path, &st))
		buf_puts(out, (uint32_t)st.st_ino == d->file_ino ? "" : ", whose file was replaced");
	else if (errno == ENOENT)
		buf_puts(out, ", whose file was deleted");
}

static void say_peer(struct socket_look *k, const struct unix_diag *d, struct buf *out)
{
	const struct file *peer = d->has_peer && d->peer ? socket_holder(k->s->model, d->peer) : NULL;

	if (!d->has_peer)
		buf_puts(out, d->state == CONNECTED ? " whose peer is gone" : "");
	else if (!d->peer)
		buf_puts(out, " connected to a peer that has not accepted it or is gone");
	else if (peer)
		buf_printf(out, " connected to fd %d of process %d", peer->fd, peer->pid);
	else
		buf_printf(out, " connected to socket:[%u] outside of the tree", d->peer);
}

static void say_queue(const struct unix_diag *d, struct buf *out)
{
	if (d->state == LISTENING) {
		buf_puts(out, " listening");
		if (d->rqueue)
			buf_printf(out, ", %u connections not accepted", d->rqueue);
		return;
	}
	if (d->rqueue)
		buf_printf(out, ", %u bytes not read", d->rqueue);
}

/* Of another network namespace, or a kernel without sock_diag: only the list is left. */
static void say_row(struct socket_look *k, struct buf *out)
{
	const struct proc_unix_socket *row = socket_row_unix(k);

	if (!row) {
		buf_printf(out, "unix %s socket", k->type < 0 ? "" : type_name((unsigned)k->type));
		return;
	}
	buf_printf(out, "unix %s socket", type_name(row->type));
	if (*row->path)
		put_name(row->path, (unsigned)strlen(row->path), out);
	buf_puts(out, row->flags & 0x10000 ? " listening" : row->state == 3 ? " connected" : "");
}

int socket_say_unix(struct socket_look *k, struct buf *out)
{
	struct unix_diag d;

	if (unix_diag_ask(k->ino, &d) < 0)
		return say_row(k, out), 0;
	buf_printf(out, "unix %s socket", type_name(d.type));
	if (d.name_len)
		put_name(d.name, d.name_len, out);
	say_file(k, &d, out);
	if (d.state != LISTENING)
		say_peer(k, &d, out);
	say_queue(&d, out);
	if (d.shut)
		buf_printf(out, ", shut down for %s", d.shut == 3 ? "both ways" : d.shut == 1 ? "reading" : "writing");
	return 0;
}
