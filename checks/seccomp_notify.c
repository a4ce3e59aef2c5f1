/* seccomp_notify.c - system calls answered for somebody else. */
#include "core/unit.h"

static const char *const links[] = { "anon_inode:seccomp notify", NULL };

const struct check check_seccomp_notify = {
	.name = "seccomp_notify",
	.title = "seccomp notification",
	.how = "the link of the descriptor",
	.page =
		"A descriptor that answers system calls of other processes (seccomp_unotify(2)).\n\n"
		"Its filter holds somebody's system calls, which wait for an answer. The link between a filter and\n"
		"its listener is made only when the filter is loaded and cannot be made again for filters of a\n"
		"process that runs on.",
	.links = links,
	.meaning = "it answers system calls of other processes",
	.remedy = "stop the container's supervisor first",
};
