/*
 * proc_tables_test.c - the parsers of mounts, limits, cgroups, namespaces, timers, numbers and sockets.
 */
#include <stdio.h>
#include <string.h>

#include "core/base/err.h"
#include "core/proc/net.h"
#include "check.h"

static struct arena arena;

/* How many of the texts PARSER refuses, with a reason. */
#define REFUSED(bad, call) ({ \
	size_t i_, n_ = 0; \
	for (i_ = 0; i_ < sizeof(bad) / sizeof(bad[0]); i_++) { \
		const char *text = bad[i_]; \
		err_clear(); \
		if ((call) == -1 && err_text()[0]) \
			n_++; \
		else \
			printf("\taccepted: %s\n", text); \
	} \
	n_ == i_; })

static void test_mountinfo(void)
{
#define GOOD "27 1 254:0 / / rw,relatime shared:1 master:2 - ext4 /dev/vda rw,discard\n" \
		"42 27 0:39 //deleted /mnt/with\\040space\\134\\012x rw - fuse.fz  rw,a b,user_id=0\n"
	static const char *const bad[] = {
		"\n", "x", "27", "27 1 254:0 / /", "27 1 254:0 / / rw", "27 1 254:0 / / rw -", "27 1 254:0 / / rw - ext4", "27 1 254:0 / / rw - ext4 x",
		"27 1 254 / / rw - ext4 x rw", "27 -1 254:0 / / rw - ext4 x rw", "27 1 254:0 / / rw shared:1 ext4 x rw", "27 1 254:0  / rw - ext4 x rw",
	};
	struct proc_mounts m;

	check(proc_mountinfo_parse(&arena, "43 27 0:40 / /x rw  - tmpfs none rw\n", &m) == -1, "mountinfo: an empty optional field is refused");
	check(!proc_mountinfo_parse(&arena, GOOD, &m) && m.n == 2, "mountinfo: parsed");
	check(m.v[0].id == 27 && m.v[0].parent == 1 && m.v[0].major == 254 && !strcmp(m.v[0].optional, "shared:1 master:2") &&
	      !strcmp(m.v[0].fstype, "ext4") && !strcmp(m.v[0].source, "/dev/vda") && !strcmp(m.v[0].super_options, "rw,discard"), "mountinfo: a mount");
	check(!strcmp(m.v[1].mountpoint, "/mnt/with space\\\nx") && !strcmp(m.v[1].root, "//deleted") && !m.v[1].source[0] && !m.v[1].optional[0] &&
	      !strcmp(m.v[1].super_options, "rw,a b,user_id=0"), "mountinfo: escapes, and an empty source");
	check(proc_mount_by_id(&m, 42) == &m.v[1] && !proc_mount_by_id(&m, 43), "mountinfo: by id");
	check(REFUSED(bad, proc_mountinfo_parse(&arena, text, &m)), "mountinfo: hostile lines are refused");
	check(!proc_mountinfo_parse(&arena, "1 1 0:1 / / rw - a\\400\\000\\9 b\\ c", &m) && !strcmp(m.v[0].fstype, "a\\400\\000\\9"), "mountinfo: what is no escape stays");
}

#define LIMITS "Limit                     Soft Limit           Hard Limit           Units     \n"
#define ROW_CPU "Max cpu time              unlimited            unlimited            seconds   \n"
#define ROW_NICE "Max nice priority         0                    7                    \n"

static void test_limits(void)
{
	static const char *const bad[] = {
		"", "x\n", "Limit", ROW_CPU, LIMITS "Max cpu time 1 2\n", LIMITS ROW_CPU ROW_CPU, LIMITS "\n", LIMITS "Max cpu time              1\n",
		LIMITS "Max cpu time              -1            unlimited            seconds   \n",
		LIMITS "Max cpu time              1                 99999999999999999999\n", LIMITS "Max cpu time              1                 2x\n",
		LIMITS "                          1                 2\n",
	};
	struct proc_limits l;

	check(!proc_limits_parse(&arena, LIMITS ROW_CPU ROW_NICE "Max new thing             5                    6      x\n", &l), "limits: parsed");
	check(l.present == (1u << 0 | 1u << 13) && l.soft[0] == ~0ull && l.hard[13] == 7 && l.soft[13] == 0, "limits: by number");
	check(l.unknown.n == 1 && !strcmp(l.unknown.v[0], "Max new thing"), "limits: an unknown row is told");
	check(REFUSED(bad, proc_limits_parse(&arena, text, &l)), "limits: hostile text is refused");
}

static void test_cgroup(void)
{
	static const char *const bad[] = { "\n", "x", "1", "1:", "1:x", "1:x:", "1:x:y", "-1:x:/", "1:x\n:/", "99999999999::/" };
	struct proc_cgroups c;

	check(!proc_cgroup_parse(&arena, "9:name=systemd:/a:b\n0::/user.slice (deleted)\n", &c) && c.n == 2 && c.v[0].hierarchy == 9, "cgroup: parsed");
	check(!strcmp(c.v[0].controllers, "name=systemd") && !strcmp(c.v[0].path, "/a:b") && !c.v[1].controllers[0] &&
	      !strcmp(c.v[1].path, "/user.slice (deleted)"), "cgroup: names and paths");
	check(REFUSED(bad, proc_cgroup_parse(&arena, text, &c)), "cgroup: hostile lines are refused");
}

static void test_inode_link(void)
{
	static const char *const bad[] = {
		"", ":", "mnt", "mnt:", "mnt:[", "mnt:[]", "mnt:[1", "mnt:[1]x", ":[1]", "mnt:[-1]", "mnt:[99999999999999999999]",
		"a-very-long-name-that-is-not-one-of-a-namespace:[1]", "/a:[1]b",
	};
	struct proc_inode_link l;

	check(!proc_inode_link_parse("time_for_children:[4026531834]", &l) && !strcmp(l.type, "time_for_children") && l.inode == 4026531834u, "inode link: parsed");
	check(REFUSED(bad, proc_inode_link_parse(text, &l)), "inode link: hostile ones are refused");
}

#define SEM "       key      semid perms      nsems   uid   gid  cuid  cgid      otime      ctime\n"
#define MSG "       key      msqid perms      cbytes       qnum lspid lrpid   uid   gid  cuid  cgid      stime      rtime      ctime\n"
#define SHM "       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime" \
	"                   rss                  swap\n"

#define DEV "Inter-|   Receive                                                |  Transmit\n" \
	" face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n"

static void test_net_dev(void)
{
	static const char *const bad[] = { "", "x\n", "Inter-|\n", "Inter-| x\nlo: 1\n", DEV "lo\n", DEV "\n", DEV ": 1\n", DEV "a b: 1\n" };
	struct proc_names n;

	check(!proc_net_dev_parse(&arena, DEV "    lo: 1 2 3\neth0.17@:99 1\n  a|b: 1", &n) && n.n == 3 && !strcmp(n.v[0], "lo") &&
	      !strcmp(n.v[1], "eth0.17@") && !strcmp(n.v[2], "a|b"), "net/dev: names");
	check(!proc_net_dev_parse(&arena, DEV, &n) && !n.n, "net/dev: none");
	check(REFUSED(bad, proc_net_dev_parse(&arena, text, &n)), "net/dev: hostile text is refused");
}

static void test_sysvipc(void)
{
	static const char *const bad[] = {
		"x\n", "key\n", "key semid\n", "       key      newid perms  nsems\n", SEM "1\n", SEM "0 29 600 1 0 0 0 0 1795529721\n",
		SEM "0 29 600 1 0 0 0 0 1795529721 1 2\n", SEM "0 x 600 1 0 0 0 0 1 1\n", SEM "0 99999999999999999999 600 1 0 0 0 0 1 1\n", SEM "\n",
		"key semid perms a b c d e f g h i j k l m n o p q r s t u v w x y z\n",
	};
	struct proc_ipc_objects o;

	check(!proc_sysvipc_parse(&arena, SEM "         0         29   600          1     0     0     0     0 1795529721 1795529720\n"
	      "     -1234         30   600          5     0     0     0     0          0 1795529720\n", &o) && o.n == 2 && o.v[0].id == 29 &&
	      o.v[0].otime == 1795529721 && o.v[0].size == 1 && o.v[1].key == -1234 && !o.v[1].otime && o.v[1].size == 5, "sysvipc: semaphores");
	check(!proc_sysvipc_parse(&arena, MSG "        17          4   600           10          2    41    42     0     0     0     0 1 2 3\n", &o) &&
	      o.n == 1 && o.v[0].id == 4 && o.v[0].size == 10 && o.v[0].count == 2 && o.v[0].last[0] == 41 && o.v[0].last[1] == 42, "sysvipc: a queue");
	check(!proc_sysvipc_parse(&arena, SHM "  10995446          9  1600  56 23366 23414      1     0 65534     0 65534 1 2 3 4096 0\n", &o) &&
	      o.n == 1 && o.v[0].perms == 1600 && o.v[0].size == 56 && o.v[0].count == 1 && o.v[0].last[0] == 23366, "sysvipc: a segment that was removed");
	check(!proc_sysvipc_parse(&arena, "       key      semid perms      nsems  future  otime\n 1 2 600 3 99 5\n", &o) && o.n == 1 && o.v[0].otime == 5,
	      "sysvipc: a column of a newer kernel");
	check(!proc_sysvipc_parse(&arena, SEM, &o) && !o.n, "sysvipc: none");
	check(REFUSED(bad, proc_sysvipc_parse(&arena, text, &o)), "sysvipc: hostile text is refused");
}

static void test_timers(void)
{
	static const char text1[] = "ID: 1\nsignal: 12/0000000000000063\nnotify: signal/tid.21325\nClockID: -6\n"
		"ID: 0\nsignal: 0/ffffffffffffffff\nnotify: none/pid.7\nClockID: 0\n";
	static const char *const bad[] = {
		"x", "ID: x\n", "ID: 1\n", "ID: 1\nsignal: 12/z\n", "ID: 1\nsignal: 12/0\nnotify: new/tid.1\nClockID: 1\n", "ID: 1\nsignal: 12/0\nnotify: none/gid.1\nClockID: 1\n",
		"ID: 1\nsignal: 12/0\nnotify: none/pid.1\nClockID: 1\nNew: 1\n", "ID: 99999999999\nsignal: 12/0\nnotify: none/pid.1\nClockID: 1\n",
	};
	struct proc_timers t;

	check(!proc_timers_parse(&arena, text1, &t) && t.n == 2 && t.v[0].id == 1 && t.v[0].signal == 12 && t.v[0].value == 0x63 && t.v[0].to_thread &&
	      t.v[0].pid == 21325 && t.v[0].clock == -6, "timers: to a thread");
	check(t.v[1].notify == PROC_TIMER_NONE && !t.v[1].to_thread && t.v[1].value == ~0ull && t.v[1].pid == 7, "timers: to nobody");
	check(!proc_timers_parse(&arena, "", &t) && !t.n, "timers: none");
	check(REFUSED(bad, proc_timers_parse(&arena, text, &t)), "timers: hostile text is refused");
}

static void test_syscall(void)
{
	static const char *const bad[] = {
		"", "x", "-2 0x0 0x0", "0", "0 0x1", "0 1 2 3 4 5 6 7 8", "-1 0x1 0x2 0x3", "runningx", "0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x11111111111111111",
		"running\nx", "0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0\nx",
	};
	struct proc_syscall s;

	check(!proc_syscall_parse("230 0x1 0x2 0x3 0x4 0x5 0x6 0x7fffb60250b8 0x7f5a33900503\n", &s) && s.nr == 230 && s.args[0] == 1 && s.args[5] == 6 &&
	      s.sp == 0x7fffb60250b8 && s.pc == 0x7f5a33900503 && !s.running, "syscall: blocked");
	check(!proc_syscall_parse("-1 0x1 0x2\n", &s) && s.nr == -1 && s.sp == 1 && s.pc == 2, "syscall: stopped outside");
	check(!proc_syscall_parse("running\n", &s) && s.running, "syscall: running");
	check(REFUSED(bad, proc_syscall_parse(text, &s)), "syscall: hostile text is refused");
}

static void test_numbers(void)
{
	static const char *const bad10[] = { "", " ", "-1", "+1", "x", "1x", "1 2", "18446744073709551616", "99999999999999999999999", "0x1" };
	static const char *const bad16[] = { "0x", "g", "10000000000000000", "0x0x1" };
	static const char *const bad_signed[] = { "", "-", "--1", "9223372036854775808", "-9223372036854775809", "1-" };
	static const char *const bad_lists[] = { "x", "1,2", "-1", "1 18446744073709551616", "1 2 x" };
	struct u64_list l;
	uint64_t u;
	int64_t i;

	check(!proc_u64_parse("18446744073709551615\n", 10, &u) && u == ~0ull && !proc_u64_parse("00000033\n", 16, &u) && u == 0x33 &&
	      !proc_u64_parse("0xffffffffffffffff", 16, &u) && u == ~0ull, "number: unsigned");
	check(!proc_i64_parse("-1000\n", &i) && i == -1000 && !proc_i64_parse("-9223372036854775808", &i) && i == INT64_MIN &&
	      !proc_i64_parse("9223372036854775807", &i) && i == INT64_MAX, "number: signed");
	check(REFUSED(bad10, proc_u64_parse(text, 10, &u)) && REFUSED(bad16, proc_u64_parse(text, 16, &u)) && REFUSED(bad_signed, proc_i64_parse(text, &i)),
	      "number: hostile numbers are refused");
	check(!proc_list_parse(&arena, "1 22\t333\n", &l) && l.n == 3 && l.v[2] == 333 && !proc_list_parse(&arena, "", &l) && !l.n, "number: lists");
	check(REFUSED(bad_lists, proc_list_parse(&arena, text, &l)), "number: hostile lists are refused");
}

#define INET "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode   \n"

static void test_inet(void)
{
	static const char rows[] = INET
		"   1: 0100007F:9BE3 00000000:0000 0A 00000000:00000001 00:00000000 00000000     0        0 41610 2 000000005e22b8f1 100 0 0 10 0    \n"
		" 8648: 00000000000000000000000001000000:D275 00000000000000000000000000000000:0000 06 00000340:00000000 03:0000176E 00000000  1000 0 0 3 00\n";
	static const char *const bad[] = {
		"", "x\n", INET "\n", INET "x", INET "1: 0100007F:9BE3", INET "1: 0100007:9BE3 00000000:0000 0A 0:0 0:0 0 0 0 1", INET "1: 0100007F:19BE3 00000000:0000 0A 0:0 0:0 0 0 0 1",
		INET "1: 0100007F:9BE3 00000000:0000 1A0 0:0 0:0 0 0 0 1", INET "1: 0100007F:9BE3 00000000:0000 0A 0:0 0:0 0 0 0", INET "1: 0100007F:9BE3 00000000:0000 0A 0:0 0:0 0 0 0 x",
	};
	static const char *const bad_addresses[] = { "", "x", "0100007F", "0100007F:", "0100007F:1x", "0100007F:10000", "0100007f:1" };
	cleanup_buf struct buf b = { 0 };
	struct proc_inet_table t;

	check(!proc_net_inet_parse(&arena, rows, &t) && t.n == 2 && t.v[0].state == 10 && t.v[0].rx_queue == 1 && t.v[0].inode == 41610, "inet: a listener");
	check(t.v[1].state == 6 && t.v[1].tx_queue == 0x340 && t.v[1].uid == 1000 && !t.v[1].inode, "inet: nobody's");
	check(!proc_inet_format(t.v[0].local, &b) && !strcmp(b.p, "127.0.0.1:39907"), "inet: an address of version 4");
	buf_clear(&b);
	check(!proc_inet_format(t.v[1].local, &b) && !strcmp(b.p, "[::1]:53877"), "inet: an address of version 6");
	check(REFUSED(bad, proc_net_inet_parse(&arena, text, &t)) && REFUSED(bad_addresses, proc_inet_format(text, &b)), "inet: hostile text is refused");
}

#define UNIX "Num       RefCount Protocol Flags    Type St Inode Path\n"
#define NETLINK "sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode\n"
#define PACKET "sk               RefCnt Type Proto  Iface R Rmem   User   Inode\n"

static void test_tables(void)
{
	static const char *const bad_unix[] = { "", "x\n", PACKET, "Num RefCount", UNIX "\n", UNIX "0: 2 0 10000 1 1", UNIX "0: 2 0 10000 1 1 x", UNIX "0: 2 0 10000 1 1 1x /s" };
	static const char *const bad_netlink[] = { "", PACKET, NETLINK "\n", NETLINK "0 0 1 2 3 4 5 6 7", NETLINK "0 0 1 2 3 4 5 6 7 -8" };
	static const char *const bad_packet[] = { "", NETLINK, PACKET "\n", PACKET "0 3 3 0003 0 1 0 0", PACKET "0 3 3 0003 0 1 0 0 x" };
	struct proc_unix_table u;
	struct proc_netlink_table n;
	struct proc_packet_table p;

	check(!proc_net_unix_parse(&arena, UNIX "00000000a3bc21a5: 00000002 00000000 00010000 0001 01 41608 /tmp/s p\n"
	      "00000000b5ea10f7: 00000003 00000000 00000000 0001 03  1516\n00000000abf14e4f: 00000002 00000000 00000000 0005 01 41609 @abs name\n", &u) && u.n == 3, "unix: parsed");
	check(u.v[0].flags == 0x10000 && u.v[0].inode == 41608 && !strcmp(u.v[0].path, "/tmp/s p") && !u.v[1].path[0] && u.v[1].state == 3 &&
	      u.v[2].type == 5 && !strcmp(u.v[2].path, "@abs name"), "unix: names");
	check(REFUSED(bad_unix, proc_net_unix_parse(&arena, text, &u)), "unix: hostile text is refused");
	check(!proc_net_netlink_parse(&arena, NETLINK "000000003e1a39ad 0   16628      00000001 4352     0        1     2        0        251669   \n", &n) && n.n == 1 &&
	      n.v[0].portid == 16628 && n.v[0].groups == 1 && n.v[0].rmem == 4352 && n.v[0].dump == 1 && n.v[0].inode == 251669, "netlink: parsed");
	check(REFUSED(bad_netlink, proc_net_netlink_parse(&arena, text, &n)), "netlink: hostile text is refused");
	check(!proc_net_packet_parse(&arena, PACKET "00000000af3c6aa9 3      3    0003   0     1 0      0      41615 \n", &p) && p.n == 1 && p.v[0].type == 3 &&
	      p.v[0].protocol == 3 && p.v[0].running == 1 && p.v[0].inode == 41615, "packet: parsed");
	check(REFUSED(bad_packet, proc_net_packet_parse(&arena, text, &p)), "packet: hostile text is refused");
}

int main(void)
{
	test_mountinfo();
	test_limits();
	test_cgroup();
	test_inode_link();
	test_net_dev();
	test_sysvipc();
	test_timers();
	test_syscall();
	test_numbers();
	test_inet();
	test_tables();
	arena_free(&arena);
	return failures != 0;
}
