/* device.c - devices that no other unit knows. */
#include <sys/sysmacros.h>

#include "checks/run.h"

static int claims(const struct fd_look *l)
{
	return is_device(l) && !is_pty(l) && !(S_ISCHR(l->st.st_mode) && l->st.st_rdev == makedev(10, 232));	/* that of kvm */
}

const struct check check_device = {
	.name = "device",
	.title = ROW_TEXT("devices"),
	.also = ROW_TEXT("drm vfio infiniband serial console tun"),
	.how = ROW_TEXT("S_ISCHR or S_ISBLK with a number that no other unit knows; the name says nothing"),
	.takes = ROW_TEXT("a unit for each driver that can tell its state; most cannot"),
	.page = ROW_PAGE(
		"Any other device, open or mapped: disks, serial lines, consoles, sound, graphics, tun, FUSE, VFIO, "
		"InfiniBand.\n\n"
		"A driver's state behind a descriptor is its own affair: settings, buffers, mappings, work under way on "
		"hardware that may differ on the next machine. There is no general way to read it or give it back, and "
		"even to open a device may have effects (a tape rewinds). The number of the node tells which one it is "
		"(st_rdev); its name says nothing, and cr never opens it.\n\n"
		"Each driver needs help of its own; some graphics drivers have it (amdgpu), tun could follow from its few "
		"ioctls. Until then close the device before."),
	.in_2009 = 'N',
	/* objects of drivers that have no node */
	.links = "/dmabuf:*|/i915*|/drm mm object*|anon_inode:sync_file*|anon_inode:[vfio*|anon_inode:[iommufd*|anon_inode:[infinibandevent*",
	.claims = claims,
	.meaning = "a device whose state only its driver knows",
	.remedy = "close the device before",
};
