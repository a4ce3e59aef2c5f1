/* kvm.c - virtual machines. */
#include <sys/sysmacros.h>

#include "checks/run.h"

static int claims(const struct fd_look *l)
{
	return text_starts(l->text, "anon_inode:kvm") || (is_device(l) && S_ISCHR(l->st.st_mode) && l->st.st_rdev == makedev(10, 232));
}

const struct check check_kvm = {
	.name = "kvm",
	.title = "virtual machines",
	.how = "the link anon_inode:kvm-*, or the device 10:232",
	.page =
		"Virtual machines of KVM.\n\n"
		"Virtual processors, interrupt controllers, clocks and devices have a large state in the kernel. The\n"
		"virtual machine monitor knows how to save it: use its own snapshots.",
	.claims = claims,
	.meaning = "a virtual machine",
	.remedy = "use the snapshots of the virtual machine monitor",
};
