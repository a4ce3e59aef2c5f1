/*
 * sockets.h - what one socket is, for people and for the day when it is carried: its addresses, state and queues, its network
 * namespace, and every option in which it differs from a new socket.
 *
 * Nothing here changes a socket. SO_ERROR is never read (that clears it), nothing is received, and a copy of the descriptor is only
 * taken where that leaves the socket's net_cls and net_prio classes as they are.
 */
#ifndef CR_LOOK_SOCKETS_H
#define CR_LOOK_SOCKETS_H

#include "core/look/look.h"
#include "core/proc/net.h"

struct socket_look {
	struct scan *s;
	const struct file *f;
	uint64_t ino;
	char name[32];			/* "TCP", "UNIX-STREAM": system.sockprotoname; "" when it cannot be told */
	char net[64];			/* "net:[4026531833]" of its task; "" */
	int copy;			/* our own copy of the descriptor; -1 */
	int domain, type, protocol;	/* of the copy; -1 */
	int connected;			/* some options follow the traffic then */
};

/*
 * The whole description of F into OUT: SAY begins it; the namespace, what is in flight and the options follow. The describe() of a check
 * of sockets. Options that nobody knows become findings of their own. 0, -1.
 */
int socket_describe(struct scan *s, const struct file *f, struct buf *out, int (*say)(struct socket_look *k, struct buf *out));

int socket_say_inet(struct socket_look *k, struct buf *out);		/* TCP, UDP, PING, RAW, over IPv4 or IPv6 (socket_inet.c) */
int socket_say_unix(struct socket_look *k, struct buf *out);		/* socket_unix.c */

/* What a process shows of its socket without a copy; K->copy is -1. */
void socket_begin(struct scan *s, const struct file *f, struct socket_look *k);

static inline int is_socket(const struct file *f) { return !__builtin_strncmp(f->text, "socket:[", 8); }

/* Process and descriptor of the tree that has the socket with this inode: NULL: none. */
const struct file *socket_holder(const struct model *m, uint64_t ino);

/* ---- lists of a network namespace, each read once a scan (socket_lists.c) ---- */

/* The lists of the namespace of the task that has the socket; NULL: cannot be read, nothing recorded. NAME: "tcp6". */
const struct proc_inet_table *socket_list_inet(struct socket_look *k, const char *name);
const struct proc_groups *socket_list_groups(struct socket_look *k, const char *name);		/* "igmp", "igmp6" */

/* The row of this socket, NULL. */
const struct proc_inet_socket *socket_row_inet(struct socket_look *k, const char *name);
const struct proc_unix_socket *socket_row_unix(struct socket_look *k);
const struct proc_netlink_socket *socket_row_netlink(struct socket_look *k);
const struct proc_packet_socket *socket_row_packet(struct socket_look *k);

/* ---- our copy (socket_copy.c) ---- */

/* Takes it if that changes nothing; -1 else, with nothing recorded. */
int socket_copy(struct scan *s, const struct file *f);
int socket_say_conditions(struct socket_look *k, struct buf *out);	/* namespace, in flight, out of band, filter, memberships */

/* ---- options (socket_options.c, sockopt_names.c) ---- */

enum sockopt_how {
	SOCKOPT_BYTES,			/* any bytes: shown as a number when there are 4, else in hex */
	SOCKOPT_TEXT,			/* a name */
	SOCKOPT_PAIR,			/* two words: switch and seconds, or seconds and microseconds */
	SOCKOPT_CLOSED,			/* follows the traffic of a connected socket: compared while there is none */
	SOCKOPT_DATAGRAM,		/* without meaning for a stream, where accept(2) leaves what the peer sent */
	SOCKOPT_SNDBUF, SOCKOPT_RCVBUF,	/* follow the traffic until somebody has set them (SO_BUF_LOCK) */
	SOCKOPT_NEVER,			/* asking changes something, needs an argument, or says nothing of this socket alone */
	SOCKOPT_END,
};

struct sockopt {
	uint16_t level;
	uint8_t number, how;		/* enum sockopt_how */
};
extern const struct sockopt sockopts[];		/* SOCKOPT_END at the end */
const char *sockopt_name(const struct sockopt *o);
const struct sockopt *sockopt_find(int level, int number);	/* NULL: nobody knows it */

/* The answer of getsockopt(2): LEN bytes, or ERR. */
struct sockopt_value {
	int level, number, err;
	unsigned len;
	unsigned char bytes[64];
};

struct sockopt_context {
	int connected, stream;
	int lock;			/* SO_BUF_LOCK of the socket; -1: the kernel does not tell */
};

/* What differs in the option that both are about goes to OUT ("SO_MARK 7 not 0"); when nobody knows the option, to UNKNOWN. */
void sockopt_compare(const struct sockopt_value *got, const struct sockopt_value *fresh, const struct sockopt_context *c,
		     struct buf *out, struct buf *unknown);

/* All options of the socket against those of a new one of its kind. */
int socket_say_options(struct socket_look *k, struct buf *out);

#endif
