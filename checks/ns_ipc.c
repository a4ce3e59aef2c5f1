/* ns_ipc.c - IPC namespaces other than ours. */
#include "checks/run.h"

int ns_ipc_look(struct scan *s, const struct thread_look *l)
{
	return ns_compare(s, l, "ns_ipc", "ipc", "IPC");
}

static int scan(struct scan *s)
{
	return threads_scan(s, ns_ipc_look);
}

static int claims(const struct fd_look *l)
{
	return ns_claims(l, "ipc");
}

const struct check check_ns_ipc = {
	.name = "ns_ipc",
	.title = "IPC namespaces",
	.how = "/proc/PID/task/TID/ns/ipc is another one than ours; descriptors by their link",
	.page =
		"System V and POSIX queues, semaphores and shared memory of its own (ipc_namespaces(7)).\n\n"
		"All objects of it have to be carried, also those that no process has attached. It is the only case where that can be told: in\n"
		"a shared one, objects have no owner among processes.",
	.claims = claims,
	.meaning = "an open namespace",
	.remedy = "close it before",
	.scan = scan,
};
