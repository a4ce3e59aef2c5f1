/* kvm.c - virtual machines. */
#include <sys/sysmacros.h>

#include "checks/run.h"

static int claims(const struct fd_look *l)
{
	return is_device(l) && S_ISCHR(l->st.st_mode) && l->st.st_rdev == makedev(10, 232);
}

const struct check check_kvm = {
	.name = "kvm",
	.title = ROW_TEXT("virtual machines"),
	.how = ROW_TEXT("the link anon_inode:kvm-*, or the device 10:232"),
	.takes = ROW_TEXT("the virtual machine monitor's own snapshot"),
	.page = ROW_PAGE(
		"Virtual machines of KVM, and what belongs to them: virtual CPUs, devices, memory given to guests.\n\n"
		"Virtual processors, interrupt controllers, clocks and in-kernel devices have a large state, readable by "
		"some sixty ioctls that differ between processors. The monitor (QEMU, Firecracker, cloud-hypervisor) "
		"knows how to save all of it, in a form that it can load again; cr would have to do the same once more "
		"without knowing the monitor.\n\n"
		"Use its own snapshots or migration. Nothing is planned."),
	.links = "anon_inode:kvm*",
	.claims = claims,
	.meaning = "a virtual machine",
	.remedy = "use the snapshots of the virtual machine monitor",
};
