/* ns_ipc.c - IPC namespaces other than ours. */
#include "checks/run.h"

static int claims(const struct fd_look *l)
{
	return ns_claims(l, "ipc");
}

const struct check check_ns_ipc = {
	.name = "ns_ipc",
	.title = ROW_TEXT("IPC namespaces"),
	.how = ROW_TEXT("/proc/PID/task/TID/ns/ipc is another one than ours; descriptors by their link"),
	.takes = ROW_TEXT("setns or unshare, and all its queues, semaphores and segments with their ids"),
	.page = ROW_PAGE(
		"Queues, semaphores and shared memory of System V, and POSIX queues, of its own (ipc_namespaces(7)).\n\n"
		"All objects in it have to be carried, also those that no process has attached, with ids, keys, owners "
		"and limits. It is the only case in which that can be done exactly: in a shared namespace such objects "
		"have no owner among processes. Ids are given by *_next_id in /proc/sys/kernel (CAP_CHECKPOINT_RESTORE), "
		"messages read by MSG_COPY.\n\n"
		"About 300 lines, no change of the kernel. An empty one would be a single call."),
	.in_2009 = 'S',
	.claims = claims,
	.meaning = "an open namespace",
	.remedy = "close it before",
	.scan = threads_scan,
};
