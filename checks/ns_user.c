/* ns_user.c - user namespaces other than ours. */
#include "checks/run.h"

int ns_user_look(struct scan *s, const struct thread_look *l)
{
	return ns_compare(s, l, "ns_user", "user", "user");
}

static int scan(struct scan *s)
{
	return threads_scan(s, ns_user_look);
}

static int claims(const struct fd_look *l)
{
	return ns_claims(l, "user");
}

const struct check check_ns_user = {
	.name = "ns_user",
	.title = "user namespaces",
	.how = "/proc/PID/task/TID/ns/user is another one than ours; descriptors by their link",
	.page =
		"Ids and rights that hold only inside (user_namespaces(7)).\n\n"
		"The maps of ids are readable; a new one is made by clone3 and its maps are written by a process outside, which needs rights over all\n"
		"of these ids. Every other namespace belongs to one, so it has to be made first.",
	.claims = claims,
	.meaning = "an open namespace",
	.remedy = "close it before",
	.scan = scan,
};
