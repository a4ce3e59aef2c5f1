/*
 * net.h - the parsers of /proc/PID/net: sockets, devices, multicast groups. As in proc.h: text in, struct out.
 */
#ifndef CR_PROC_NET_H
#define CR_PROC_NET_H

#include "core/proc/proc.h"

/*
 * A unix socket's name may hold newlines, so any process of the network namespace can forge lines of net/unix: nothing that
 * matters may rest on that table alone; ask sock_diag(7).
 */

struct proc_inet_socket {
	uint64_t inode;			/* 0: owned by no descriptor. In all of these it comes first */
	char *local, *remote;		/* as printed: "0100007F:1F90" */
	uint8_t state;			/* 1 ESTABLISHED, 6 TIME_WAIT, 7 CLOSE (and plain UDP), 10 LISTEN */
	uint32_t tx_queue, rx_queue, uid;
};
struct proc_unix_socket {
	uint64_t inode;
	uint32_t protocol, flags, type, state;
	char *path;			/* '@' in front: abstract; "": unnamed */
};
struct proc_netlink_socket {
	uint64_t inode;
	uint32_t protocol, portid, groups, rmem, wmem, dump, drops;
};
struct proc_packet_socket {
	uint64_t inode;
	uint32_t type, protocol, ifindex, running, rmem, uid;
};
struct proc_inet_table { struct proc_inet_socket *v; size_t n; };
struct proc_unix_table { struct proc_unix_socket *v; size_t n; };
struct proc_netlink_table { struct proc_netlink_socket *v; size_t n; };
struct proc_packet_table { struct proc_packet_socket *v; size_t n; };

int proc_net_inet_parse(struct arena *a, const char *text, struct proc_inet_table *out);	/* tcp udp raw icmp, also 6 */
int proc_net_unix_parse(struct arena *a, const char *text, struct proc_unix_table *out);
int proc_net_netlink_parse(struct arena *a, const char *text, struct proc_netlink_table *out);
int proc_net_packet_parse(struct arena *a, const char *text, struct proc_packet_table *out);
int proc_read_net_inet(int dirfd, const char *name, struct arena *a, struct proc_inet_table *out);	/* "net/tcp6" */
int proc_read_net_unix(int dirfd, struct arena *a, struct proc_unix_table *out);
int proc_read_net_netlink(int dirfd, struct arena *a, struct proc_netlink_table *out);
int proc_read_net_packet(int dirfd, struct arena *a, struct proc_packet_table *out);

/* Names of the network devices of a namespace: net/dev (net_dev.c). */
int proc_net_dev_parse(struct arena *a, const char *text, struct proc_names *out);
int proc_read_net_dev(int dirfd, struct arena *a, struct proc_names *out);

/* Multicast groups that somebody in the namespace has joined (net_groups.c). */
struct proc_group {
	uint32_t device;		/* its number */
	unsigned len;			/* 4 or 16 bytes */
	uint8_t address[16];
};
struct proc_groups { struct proc_group *v; size_t n; };
int proc_net_igmp_parse(struct arena *a, const char *text, struct proc_groups *out);
int proc_net_igmp6_parse(struct arena *a, const char *text, struct proc_groups *out);
int proc_read_net_groups(int dirfd, const char *name, struct arena *a, struct proc_groups *out);	/* "net/igmp", "net/igmp6" */

/* "0100007F:1F90" as people write it: "127.0.0.1:8080", "[::1]:8080". -1: recorded. */
int proc_inet_format(const char *address, struct buf *out);

#endif
