/* device.c - devices that no other unit knows. */
#include <sys/sysmacros.h>

#include "checks/run.h"

static int is_elsewhere(dev_t rdev)
{
	unsigned maj = major(rdev);

	return rdev == makedev(10, 232) || rdev == makedev(5, 2) || rdev == makedev(5, 0) || (maj >= 136 && maj <= 143) || maj == 2 || maj == 3;
}

/* Objects of drivers that have no node. */
static int is_object(const struct fd_look *l)
{
	return is_internal(l, "/dmabuf:") || is_internal(l, "/i915") || is_internal(l, "/drm mm object") ||
	       text_starts(l->text, "anon_inode:sync_file") || text_starts(l->text, "anon_inode:[vfio") ||
	       text_starts(l->text, "anon_inode:[iommufd") || text_starts(l->text, "anon_inode:[infinibandevent");
}

static int claims(const struct fd_look *l)
{
	return is_object(l) || (is_device(l) && !(S_ISCHR(l->st.st_mode) && is_elsewhere(l->st.st_rdev)));
}

const struct check check_device = {
	.name = "device",
	.title = "devices",
	.how = "S_ISCHR or S_ISBLK with a number that no other unit knows; the name says nothing",
	.page =
		"Any other device: disks, serial lines, consoles, sound, graphics, tun, FUSE, VFIO, InfiniBand.\n\n"
		"A driver's state behind a descriptor is its own affair; there is no general way to read it or give\n"
		"it back. /dev/null and its like, and terminals, are carried by units of their own.",
	.claims = claims,
	.meaning = "a device whose state only its driver knows",
	.remedy = "close the device before",
};
