/*
 * socket_options.c - in which options does a socket differ from a new one of its kind?
 *
 * A new socket is made once for each kind and asked for every number there may be: what it has, the socket of the task is asked for too.
 * So an option of a newer kernel is found as well, as long as it can be read. getsockopt(2)
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/io.h"
#include "core/look/sockets.h"

#define BASE_LEVEL 1			/* SOL_SOCKET, SO_BUF_LOCK: the kernel's numbers */
#define BUF_LOCK 72
#define LOCK_SND 1
#define LOCK_RCV 2

/*
 * How far the numbers are searched. For packet sockets only the known ones are asked: reading their statistics sets those to 0. From 64
 * on the numbers of IPPROTO_IP are those of netfilter.
 */
static const struct range {
	int level, last;
} ranges[] = {
	{ BASE_LEVEL, 127 }, { 0, 63 }, { 41, 80 }, { 6, 63 }, { 17, 127 }, { 58, 7 }, { 255, 7 }, { 263, 0 }, { 270, 31 },
};
#define RANGES (sizeof(ranges) / sizeof(ranges[0]))

struct sockopt_kind {			/* what a new socket of this kind says */
	int domain, type, protocol;
	struct sockopt_value *v;
	size_t n, cap;
	struct sockopt_kind *next;
};

static void ask(int fd, int level, int number, struct sockopt_value *v)
{
	socklen_t len = sizeof(v->bytes);

	*v = (struct sockopt_value) { .level = level, .number = number };
	if (getsockopt(fd, level, number, v->bytes, &len))
		v->err = errno;
	else
		v->len = len > sizeof(v->bytes) ? sizeof(v->bytes) : len;
}

/* Known options are asked in any case, the others in search of new ones. -1: memory. */
static int ask_range(struct arena *a, int fd, const struct range *range, struct sockopt_kind *kind)
{
	for (int number = 1; number <= (range->last ? range->last : 31); number++) {
		const struct sockopt *known = sockopt_find(range->level, number);
		struct sockopt_value v;

		if (known ? known->how == SOCKOPT_NEVER : !range->last)
			continue;
		ask(fd, range->level, number, &v);
		if (v.err == EOPNOTSUPP || v.err == ENOPROTOOPT)
			continue;
		if (!arena_grow(a, &kind->v, kind->n, &kind->cap, sizeof(*kind->v)))
			return -1;
		kind->v[kind->n++] = v;
	}
	return 0;
}

/* NULL: none can be made, or no memory (recorded); errno tells. A packet socket without protocol sees no packets. */
static struct sockopt_kind *fresh_kind(struct socket_look *k)
{
	struct scan *s = k->s;
	struct sockopt_kind *kind;

	for (kind = s->socket_kinds; kind; kind = kind->next)
		if (kind->domain == k->domain && kind->type == k->type && kind->protocol == k->protocol)
			return kind;
	cleanup_fd int fd = socket(k->domain, k->type | SOCK_CLOEXEC, k->domain == AF_PACKET ? 0 : k->protocol);

	kind = fd < 0 ? NULL : arena_alloc(&s->model->arena, sizeof(*kind));
	if (!kind)
		return NULL;
	*kind = (struct sockopt_kind) { k->domain, k->type, k->protocol, NULL, 0, 0, s->socket_kinds };
	for (size_t i = 0; i < RANGES; i++)
		if (ask_range(&s->model->arena, fd, &ranges[i], kind) < 0)
			return NULL;
	s->socket_kinds = kind;
	return kind;
}

/* ---- one option ---- */

static long long number_at(const unsigned char *bytes, unsigned size)
{
	int32_t word;
	int64_t twice;

	if (size == 4) {
		memcpy(&word, bytes, 4);
		return word;
	}
	memcpy(&twice, bytes, 8);
	return twice;
}

static void put_value(struct buf *out, const struct sockopt_value *v, enum sockopt_how how)
{
	char text[sizeof(v->bytes) + 1];

	if (v->err) {
		buf_printf(out, "error %d", v->err);
	} else if (how == SOCKOPT_TEXT) {
		memcpy(text, v->bytes, v->len);
		text[v->len] = '\0';
		buf_puts(out, *text ? "" : "none");
		buf_put_escaped(out, text);
	} else if (how == SOCKOPT_PAIR && (v->len == 8 || v->len == 16)) {
		buf_printf(out, "%lld:%lld", number_at(v->bytes, v->len / 2), number_at(v->bytes + v->len / 2, v->len / 2));
	} else if (v->len == 4 || v->len == 8) {
		buf_printf(out, "%lld", number_at(v->bytes, v->len));
	} else {
		for (unsigned i = 0; i < v->len; i++)
			buf_printf(out, "%02x", v->bytes[i]);
		buf_puts(out, v->len ? "" : "empty");
	}
}

static int is_due(enum sockopt_how how, const struct sockopt_context *c)
{
	switch (how) {
	case SOCKOPT_NEVER:
		return 0;
	case SOCKOPT_CLOSED:
		return !c->connected;
	case SOCKOPT_DATAGRAM:
		return !c->stream;
	case SOCKOPT_SNDBUF:
		return c->lock < 0 || c->lock & LOCK_SND;
	case SOCKOPT_RCVBUF:
		return c->lock < 0 || c->lock & LOCK_RCV;
	default:
		return 1;
	}
}

void sockopt_compare(const struct sockopt_value *got, const struct sockopt_value *fresh, const struct sockopt_context *c,
		     struct buf *out, struct buf *unknown)
{
	const struct sockopt *o = sockopt_find(fresh->level, fresh->number);
	enum sockopt_how how = o ? o->how : SOCKOPT_BYTES;
	struct buf *to = o ? out : unknown;

	if (!is_due(how, c))
		return;
	if (got->err == fresh->err && (got->err || (got->len == fresh->len && !memcmp(got->bytes, fresh->bytes, got->len))))
		return;
	buf_puts(to, to->len ? ", " : "");
	if (o)
		buf_printf(to, "%s ", sockopt_name(o));
	else
		buf_printf(to, "option %d of level %d: ", fresh->number, fresh->level);
	put_value(to, got, how);
	buf_puts(to, " not ");
	put_value(to, fresh, how);
}

int socket_say_options(struct socket_look *k, struct buf *out)
{
	cleanup_buf struct buf known = { 0 }, unknown = { 0 };
	struct sockopt_value v;
	struct sockopt_kind *kind;
	struct sockopt_context c = { .connected = k->connected, .stream = k->type == SOCK_STREAM };

	if (k->copy < 0 || k->domain < 0)
		return buf_puts(out, "; its options could not be asked"), 0;
	kind = fresh_kind(k);
	if (!kind && err_text()[0])
		return -1;
	if (!kind)
		return buf_puts(out, "; its options cannot be compared: no new socket of its kind can be made here"), 0;
	ask(k->copy, BASE_LEVEL, BUF_LOCK, &v);
	c.lock = v.err || v.len != 4 ? -1 : (int)number_at(v.bytes, 4);
	for (size_t i = 0; i < kind->n; i++) {
		ask(k->copy, kind->v[i].level, kind->v[i].number, &v);
		sockopt_compare(&v, &kind->v[i], &c, &known, &unknown);
	}
	if (known.len)
		buf_printf(out, "; other than a new socket: %s", known.p);
	if (unknown.len && file_refuse(k->s->report, k->f, FINDING_REFUSED, "unknown", "use a newer cr",
				       "a socket with an option that no unit of this cr knows, other than a new socket: %s", unknown.p) < 0)
		return -1;
	return buf_check(&known) || buf_check(&unknown) ? -1 : 0;
}
