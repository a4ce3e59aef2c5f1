/* ns_user.c - user namespaces other than ours. */
#include "checks/run.h"

static int claims(const struct fd_look *l)
{
	return ns_claims(l, "user");
}

const struct check check_ns_user = {
	.name = "ns_user",
	.title = ROW_TEXT("user namespaces"),
	.how = ROW_TEXT("/proc/PID/task/TID/ns/user is another one than ours; descriptors by their link"),
	.takes = ROW_TEXT("clone3(CLONE_NEWUSER) and its maps written from outside, before every other namespace"),
	.page = ROW_PAGE(
		"Ids and rights that hold only inside (user_namespaces(7)): rootless containers, browser sandboxes.\n\n"
		"The maps of ids are readable. A new one is made by clone3(2), and its maps are written by a process "
		"outside which needs rights over all of these ids. Every other namespace belongs to one, and each "
		"credential, owner and key is to be seen through it, so it has to be made first and all else inside.\n\n"
		"A few hundred lines through the whole spine, no change of the kernel. Inside of it (nsenter -U) cr has "
		"the rights that count there, but may choose the numbers of processes only if their namespace belongs to it."),
	.in_2009 = 'S',
	.claims = claims,
	.meaning = "an open namespace",
	.remedy = "close it before",
	.scan = threads_scan,
};
