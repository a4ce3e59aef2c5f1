/* ns_mnt.c - mount namespaces other than ours. */
#include "checks/run.h"

int ns_mnt_look(struct scan *s, const struct thread_look *l)
{
	return ns_compare(s, l, "ns_mnt", "mnt", "mount");
}

static int scan(struct scan *s)
{
	return threads_scan(s, ns_mnt_look);
}

static int claims(const struct fd_look *l)
{
	return ns_claims(l, "mnt");
}

const struct check check_ns_mnt = {
	.name = "ns_mnt",
	.title = "mount namespaces",
	.how = "/proc/PID/task/TID/ns/mnt is another one than ours; descriptors by their link",
	.page =
		"Mounts of its own (mount_namespaces(7)).\n\n"
		"The tree of mounts, with propagation, roots and options, has to be made again from sources that are still there. Mounts that\n"
		"were detached or covered cannot be reached by any path.",
	.claims = claims,
	.meaning = "an open namespace",
	.remedy = "close it before",
	.scan = scan,
};
