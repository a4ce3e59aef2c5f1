/* netdev.c - network devices other than lo in a network namespace that is not ours. */
#include <string.h>

#include "checks/run.h"
#include "core/proc/net.h"

int netdev_look(struct scan *s, const struct thread_look *l)
{
	const char *link = thread_new_net(l);
	struct proc_names names;
	int ret;

	if (!link)
		return 0;
	ret = proc_read_net_dev(thread_dir(l), &s->model->arena, &names);
	if (ret == PROC_ABSENT)
		return thread_refuse(s, l, "netdev", "", "mount procfs where cr runs", "the devices of %s cannot be read", link);
	for (size_t i = 0; ret == 0 && i < names.n; i++)
		if (strcmp(names.v[i], "lo"))
			ret = thread_refuse(s, l, "netdev", names.v[i], "run cr inside of that namespace", "a network device of its own, in %s", link);
	return ret;
}

const struct check check_netdev = {
	.name = "netdev",
	.title = ROW_TEXT("network devices of a private namespace"),
	.how = ROW_TEXT("names other than lo in /proc/PID/task/TID/net/dev, when ns/net is another one than ours"),
	.takes = ROW_TEXT("rtnetlink(7) for each kind of device, with addresses, routes, queues and rules"),
	.page = ROW_PAGE(
		"Devices that live in a network namespace of the tree: veth, tun, bridges, tunnels, moved hardware.\n\n"
		"In our own namespace devices belong to the machine, and a process has nothing but sockets. In one of its "
		"own they go with the last process, and with them their addresses, routes, queues and rules. Each kind "
		"has to be made again by rtnetlink(7) in its own way; of a veth the other end has to be found or made "
		"outside of the tree. lo alone is no reason: see ns_net.\n\n"
		"Beginning with veth, tun and bridges, about 150 lines each; no change of the kernel."),
	.in_2009 = 'N',
	.scan = threads_scan,
};
