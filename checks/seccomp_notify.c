/* seccomp_notify.c - system calls answered for somebody else. */
#include "core/unit.h"

const struct check check_seccomp_notify = {
	.name = "seccomp_notify",
	.title = ROW_TEXT("seccomp notification"),
	.also = ROW_TEXT("seccomp_unotify"),
	.how = ROW_TEXT("the link of the descriptor"),
	.takes = ROW_TEXT("attaching a listener to a filter that is already loaded, which the kernel does not offer"),
	.page = ROW_PAGE(
		"A descriptor that answers system calls of other processes (seccomp_unotify(2)): supervisors of rootless "
		"containers.\n\n"
		"Its filter holds somebody's system calls, which wait for an answer; each has an id that the supervisor "
		"keeps. The link between a filter and its listener is made only when the filter is loaded and cannot be "
		"made again for a filter of a process that runs on.\n\n"
		"Needs a kernel interface, even when supervisor and supervised are both in the tree. Stop the supervisor "
		"first."),
	.links = "anon_inode:seccomp notify",
	.meaning = "it answers system calls of other processes",
	.remedy = "stop the container's supervisor first",
};
