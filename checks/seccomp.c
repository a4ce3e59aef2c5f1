/* seccomp.c - forbidden system calls. */
#include "core/unit.h"

const struct check check_seccomp = {
	.name = "seccomp",
	.title = "seccomp",
	.how = "Seccomp in status of each thread",
	.page =
		"System calls that are forbidden by a filter or by strict mode (seccomp(2)).\n\n"
		"Filters are readable in the frozen tree (PTRACE_SECCOMP_GET_FILTER) when cr has CAP_SYS_ADMIN and is\n"
		"not confined itself. They have to be put back last, by the thread itself, and filters that threads\n"
		"share by inheritance must stay shared.",
};
