/* ns_mnt.c - mount namespaces other than ours. */
#include "checks/run.h"

static int claims(const struct fd_look *l)
{
	return ns_claims(l, "mnt");
}

const struct check check_ns_mnt = {
	.name = "ns_mnt",
	.title = ROW_TEXT("mount namespaces"),
	.how = ROW_TEXT("/proc/PID/task/TID/ns/mnt is another one than ours; descriptors by their link"),
	.takes = ROW_TEXT("the whole tree of mounts made again: sources, roots, options, propagation"),
	.page = ROW_PAGE(
		"Mounts of its own (mount_namespaces(7)): containers, and services with PrivateTmp= or ProtectSystem=.\n\n"
		"The tree of mounts, with propagation, roots and options, has to be made again from sources that are "
		"still there: disks, overlay layers, tmpfs with all its contents. mountinfo tells most of it, "
		"statmount(2) the rest. Mounts that were detached or covered cannot be reached by any path, and the order "
		"of peer groups matters.\n\n"
		"The largest of all rows: thousands of lines in other tools. Meanwhile run cr inside of the namespace "
		"(nsenter -m), where these mounts are simply there, and restore in one that was made by the same engine."),
	.in_2009 = 'S',
	.claims = claims,
	.meaning = "an open namespace",
	.remedy = "close it before",
	.scan = threads_scan,
};
