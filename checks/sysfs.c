/* sysfs.c - windows into the kernel. */
#include "checks/run.h"

static int claims(const struct fd_look *l)
{
	return *l->fstype && fs_class(l->fstype) == FS_KERNEL && !is_device(l);
}

const struct check check_sysfs = {
	.name = "sysfs",
	.title = "kernel file systems",
	.how = "mnt_id of the descriptor is a mount of sysfs, debugfs, tracefs, cgroup, bpf, configfs, ...",
	.page =
		"Files of sysfs, debugfs, tracefs, control groups, BPF, configfs and the like.\n\n"
		"They are windows into the kernel of this machine at this time. What an open one means (a trigger, a\n"
		"stream of events, a half-read list) is different for each of them.",
	.claims = claims,
	.meaning = "a file of the kernel",
	.remedy = "close it before",
};
