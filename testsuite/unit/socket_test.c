/*
 * socket_test.c - what is said of sockets: answers of sock_diag(7), options that differ, groups of /proc/PID/net/igmp.
 */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>

#include "core/look/sockets.h"
#include "core/look/unix_diag.h"
#include "check.h"

static struct arena arena;

/* ---- options ---- */

static const char *compared(struct sockopt_value got, struct sockopt_value fresh, struct sockopt_context c, const char **unknown)
{
	static struct buf out, other;

	buf_clear(&out);
	buf_clear(&other);
	sockopt_compare(&got, &fresh, &c, &out, &other);
	*unknown = other.len ? other.p : "";
	return out.len ? out.p : "";
}

static struct sockopt_value number(int level, int option, int value)
{
	struct sockopt_value v = { .level = level, .number = option, .len = 4 };

	memcpy(v.bytes, &value, 4);
	return v;
}

static struct sockopt_value text(int level, int option, const char *value)
{
	struct sockopt_value v = { .level = level, .number = option, .len = 16 };

	memcpy(v.bytes, value, strlen(value));
	return v;
}

static struct sockopt_value error(int level, int option, int err)
{
	return (struct sockopt_value) { .level = level, .number = option, .err = err };
}

static void test_options(void)
{
	const struct sockopt_context quiet = { 0, 0, 0 }, connected = { 1, 1, 0 }, old = { 1, 1, -1 }, locked = { 1, 1, 3 };
	const char *unknown;

	check(!strcmp(compared(number(1, 36, 7), number(1, 36, 0), quiet, &unknown), "SO_MARK 7 not 0") && !*unknown, "options: a number");
	check(!*compared(number(1, 36, 7), number(1, 36, 7), quiet, &unknown) && !*unknown, "options: the same says nothing");
	check(!strcmp(compared(text(6, 31, "tls"), text(6, 31, ""), quiet, &unknown), "TCP_ULP tls not none"), "options: kTLS is named");
	check(!strcmp(compared(text(6, 31, "a\nb"), text(6, 31, ""), quiet, &unknown), "TCP_ULP a\\x0ab not none"), "options: names are escaped");
	check(!*compared(number(6, 2, 1448), number(6, 2, 536), connected, &unknown), "options: the segment size of a connection is the traffic's");
	check(!strcmp(compared(number(6, 2, 1448), number(6, 2, 536), quiet, &unknown), "TCP_MAXSEG 1448 not 536"), "options: before it is somebody's wish");
	check(!*compared(number(1, 7, 87040), number(1, 7, 16384), connected, &unknown), "options: a buffer that grew by itself");
	check(*compared(number(1, 7, 87040), number(1, 7, 16384), locked, &unknown), "options: a buffer that somebody has set");
	check(*compared(number(1, 7, 87040), number(1, 7, 16384), old, &unknown), "options: a buffer when the kernel does not tell which");
	check(!*compared(number(0, 33, 64), number(0, 33, 1), connected, &unknown), "options: no multicast on a stream");
	check(!strcmp(compared(number(0, 33, 64), number(0, 33, 1), quiet, &unknown), "IP_MULTICAST_TTL 64 not 1"), "options: multicast of datagrams");
	check(!*compared(number(1, 4, 111), number(1, 4, 0), quiet, &unknown) && !*unknown, "options: SO_ERROR is nobody's affair");
	check(!strcmp(compared(number(1, 99, 5), number(1, 99, 0), quiet, &unknown), "") &&
	      !strcmp(unknown, "option 99 of level 1: 5 not 0"), "options: one of a kernel to come is unknown, with both values");
	check(!*compared(error(6, 60, 22), error(6, 60, 22), quiet, &unknown) && !*unknown, "options: the same error says nothing");
	compared(number(6, 60, 1), error(6, 60, 22), quiet, &unknown);
	check(!strcmp(unknown, "option 60 of level 6: 1 not error 22"), "options: an answer where a new socket has an error");
	check(sockopt_find(1, 77)->how == SOCKOPT_NEVER && sockopt_find(1, 4)->how == SOCKOPT_NEVER && sockopt_find(6, 35)->how == SOCKOPT_NEVER &&
	      sockopt_find(1, 71)->how == SOCKOPT_NEVER && !sockopt_find(263, 6), "options: what must not be read is marked");
}

static void test_table(void)
{
	int twice = 0;

	for (const struct sockopt *o = sockopts; o->how != SOCKOPT_END; o++)
		twice += sockopt_find(o->level, o->number) != o;
	check(!twice, "options: none stands twice in the table");
}

/* ---- sock_diag ---- */

struct answer {
	struct nlmsghdr head;
	struct unix_diag_msg msg;
	unsigned char attrs[128];
	size_t len;
};

static void begin(struct answer *a)
{
	*a = (struct answer) { .head = { .nlmsg_type = SOCK_DIAG_BY_FAMILY } };
	a->msg.udiag_family = AF_UNIX;
	a->msg.udiag_type = SOCK_STREAM;
	a->msg.udiag_state = 10;
}

static void attr(struct answer *a, unsigned short type, const void *data, unsigned short len)
{
	struct nlattr n = { .nla_len = (unsigned short)(NLA_HDRLEN + len), .nla_type = type };

	memcpy(a->attrs + a->len, &n, sizeof(n));
	memcpy(a->attrs + a->len + NLA_HDRLEN, data, len);
	a->len += NLA_ALIGN(n.nla_len);
}

static int parsed(struct answer *a, struct unix_diag *d)
{
	size_t len = (size_t)(a->attrs - (unsigned char *)a) + a->len;

	a->head.nlmsg_len = (unsigned)len;
	return unix_diag_parse(a, len, d);
}

static void test_diag(void)
{
	const uint32_t file[] = { 11, 0xfe00000 }, icons[] = { 1, 2, 3 }, queue[] = { 3, 128 }, peer = 77, none = 0;
	const unsigned char shut = 2;
	struct answer a;
	struct unix_diag d;
	size_t n = 0;

	begin(&a);
	attr(&a, UNIX_DIAG_NAME, "/run/x", 6);
	attr(&a, UNIX_DIAG_VFS, file, sizeof(file));
	attr(&a, UNIX_DIAG_PEER, &peer, 4);
	attr(&a, UNIX_DIAG_ICONS, icons, sizeof(icons));
	attr(&a, UNIX_DIAG_RQLEN, queue, sizeof(queue));
	attr(&a, UNIX_DIAG_SHUTDOWN, &shut, 1);
	attr(&a, 99, "a newer kernel's", 16);
	check(!parsed(&a, &d) && d.state == 10 && d.type == SOCK_STREAM && d.name_len == 6 && !memcmp(d.name, "/run/x", 6), "sock_diag: a name");
	check(d.has_file && d.file_ino == 11 && d.file_dev == 0xfe00000 && d.has_peer && d.peer == 77 && d.waiting == 3, "sock_diag: file and peers");
	check(d.rqueue == 3 && d.wqueue == 128 && d.shut == 2, "sock_diag: queues");
	begin(&a);
	attr(&a, UNIX_DIAG_PEER, &none, 4);
	check(!parsed(&a, &d) && d.has_peer && !d.peer && !d.has_file && !d.name_len, "sock_diag: a peer that is gone");
	begin(&a);
	attr(&a, UNIX_DIAG_VFS, file, 4);
	attr(&a, UNIX_DIAG_PEER, &peer, 2);
	check(!parsed(&a, &d) && !d.has_file && !d.has_peer, "sock_diag: attributes that are too short say nothing");
	begin(&a);
	attr(&a, UNIX_DIAG_NAME, "/run/x", 6);
	a.attrs[0] = 200;
	check(parsed(&a, &d) == -1, "sock_diag: an attribute longer than the answer is refused");
	a.attrs[0] = 2;
	check(parsed(&a, &d) == -1, "sock_diag: an attribute without a head is refused");
	begin(&a);
	a.head.nlmsg_len = sizeof(a) + 100;
	check(unix_diag_parse(&a, sizeof(a), &d) == -1, "sock_diag: an answer that was cut off is refused");
	a.head.nlmsg_type = NLMSG_ERROR;
	check(parsed(&a, &d) == -1, "sock_diag: an error is no answer");
	begin(&a);
	parsed(&a, &d);
	for (size_t len = 0; len < a.head.nlmsg_len; len++)
		n += unix_diag_parse(&a, len, &d) == -1;
	check(n == a.head.nlmsg_len, "sock_diag: every truncation is refused");
}

/* ---- groups ---- */

#define IGMP "Idx\tDevice    : Count Querier\tReporter\n"

static void test_groups(void)
{
	static const char *const bad[] = {
		"", "x\n", "Idx\tDevice", IGMP "\t\t\t\t030201EF     1 0:0\t\t0\n", IGMP "lo\n", IGMP "1\tlo : 1 V3\n\t\t\t\tXY     1 0:0\n",
		IGMP "1\tlo : 1 V3\n\t\t\t\t0302010099EF     1 0:0\n", IGMP "1\tlo : 1 V3\n\t\t\t\t030201EF\n", IGMP "\n",
	};
	static const char *const bad6[] = {
		"x\n", "1\n", "1 lo\n", "1 lo ff02\n", "1 lo ff02000000000000000000000000000 1\n", "1 lo ff0200000000000000000000000000zz 1\n", "\n",
	};
	const unsigned char want[] = { 239, 1, 2, 3 };
	struct proc_groups g;
	uint32_t word = 0;
	char line[64];
	size_t n = 0;

	memcpy(&word, want, 4);
	snprintf(line, sizeof(line), "\t\t\t\t%08X     1 0:00000000\t\t0\n", word);
	char all[512];

	snprintf(all, sizeof(all), IGMP "1\tlo        :     2      V3\n%s%s4\teth0:     1      V3\n%s", line, line, line);
	check(!proc_net_igmp_parse(&arena, all, &g) && g.n == 3 && g.v[0].device == 1 && g.v[2].device == 4 && g.v[2].len == 4 &&
	      !memcmp(g.v[1].address, want, 4), "igmp: groups with their devices");
	check(!proc_net_igmp_parse(&arena, IGMP, &g) && !g.n, "igmp: none");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		n += proc_net_igmp_parse(&arena, bad[i], &g) == -1;
	check(n == sizeof(bad) / sizeof(bad[0]), "igmp: hostile text is refused");
	check(!proc_net_igmp6_parse(&arena, "4    eth0            ff0200000000000000000001ff000002     1 00000004 0\n", &g) && g.n == 1 &&
	      g.v[0].device == 4 && g.v[0].len == 16 && g.v[0].address[0] == 0xff && g.v[0].address[15] == 2, "igmp6: a group");
	check(!proc_net_igmp6_parse(&arena, "", &g) && !g.n, "igmp6: none");
	n = 0;
	for (size_t i = 0; i < sizeof(bad6) / sizeof(bad6[0]); i++)
		n += proc_net_igmp6_parse(&arena, bad6[i], &g) == -1;
	check(n == sizeof(bad6) / sizeof(bad6[0]), "igmp6: hostile text is refused");
}

int main(void)
{
	test_options();
	test_table();
	test_diag();
	test_groups();
	arena_free(&arena);
	return failures != 0;
}
