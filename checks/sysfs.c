/* sysfs.c - windows into the kernel. */
#include "checks/run.h"

static int claims(const struct fd_look *l)
{
	return *l->fstype && fs_class(l->fstype) == FS_KERNEL && !is_device(l);
}

const struct check check_sysfs = {
	.name = "sysfs",
	.title = ROW_TEXT("kernel file systems"),
	.also = ROW_TEXT("debugfs tracefs cgroupfs bpffs configfs"),
	.how = ROW_TEXT("mnt_id of the descriptor is a mount of sysfs, debugfs, tracefs, cgroup, bpf, configfs, ..."),
	.takes = ROW_TEXT("a unit for each kind of file; attributes that are read at once could be opened again"),
	.page = ROW_PAGE(
		"Files of sysfs, debugfs, tracefs, control groups, BPF, configfs and the like.\n\n"
		"They are windows into the kernel of this machine at this time. What an open one means is different for "
		"each of them: a trigger that was set, a stream of events, a half-read list, a wait for a change (poll on "
		"cgroup.events, on a GPIO). On the next boot or machine the same path may be another device.\n\n"
		"Attributes that are read at once could be opened again where the path leads to the same device: about 80 "
		"lines for little gain. A program that reads one for a moment passes at the next try."),
	.in_2009 = 'N',
	.claims = claims,
	.meaning = "a file of the kernel",
	.remedy = "close it before",
};
