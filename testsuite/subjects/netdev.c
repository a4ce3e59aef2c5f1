/* netdev.c - a network namespace with a pair of veth devices; a child in it too. */
/* flavours: dynamic */
/* refused: netdev */
/* needs: CONFIG_VETH */
/* says: refused +ns_net */
/* says: refused +netdev +pid [0-9]+ crone +a network device of its own, in net:\[[0-9]+\] */
/* says: refused +netdev +pid [0-9]+ crtwo */
#include "subject.h"
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sched.h>
#include <sys/socket.h>

static struct {
	struct nlmsghdr head;
	struct ifinfomsg link;
	char attrs[256];
} ask = { { 0, RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, 1, 0 }, { 0 }, { 0 } };
static unsigned used;

static struct rtattr *add(int type, const void *data, unsigned len)
{
	struct rtattr *a = (struct rtattr *)(ask.attrs + used);

	*a = (struct rtattr) { RTA_LENGTH(len), type };
	if (len)
		memcpy(RTA_DATA(a), data, len);
	used += RTA_SPACE(len);
	return a;
}

static void closed(struct rtattr *a)
{
	a->rta_len = (char *)ask.attrs + used - (char *)a;
}

static int make_pair(void)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	struct rtattr *info, *data, *peer;
	struct ifinfomsg none = { 0 };
	struct { struct nlmsghdr head; struct nlmsgerr err; } answer = { 0 };

	add(IFLA_IFNAME, "crone", 6);
	info = add(IFLA_LINKINFO, NULL, 0);
	add(IFLA_INFO_KIND, "veth", 4);
	data = add(IFLA_INFO_DATA, NULL, 0);
	peer = add(VETH_INFO_PEER, &none, sizeof(none));
	add(IFLA_IFNAME, "crtwo", 6);
	closed(peer);
	closed(data);
	closed(info);
	ask.head.nlmsg_len = NLMSG_LENGTH(sizeof(ask.link)) + used;
	MUST(send(fd, &ask, ask.head.nlmsg_len, 0) == (ssize_t)ask.head.nlmsg_len && recv(fd, &answer, sizeof(answer), 0) > 0);
	close(fd);
	return answer.err.error;
}

int main(int argc, char **argv)
{
	pid_t child;
	int p[2], error;
	char c;

	subject_init(argc, argv);
	if (unshare(CLONE_NEWNET))
		SKIP("unshare: %s", strerror(errno));
	error = make_pair();
	if (error)
		SKIP("no veth: %s", strerror(-error));
	MUST(!pipe(p));
	child = fork();
	if (!child) {
		close(p[1]);
		_exit(read(p[0], &c, 1) == 0 && if_nametoindex("crone") ? 0 : 1);
	}
	close(p[0]);

	subject_freeze();

	EXPECT(if_nametoindex("crone") && if_nametoindex("crtwo"), "devices");
	close(p[1]);
	subject_reap(child, 0);
	return subject_end();
}
