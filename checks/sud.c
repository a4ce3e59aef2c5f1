/* sud.c - system calls sent back. */
#include "core/unit.h"

const struct check check_sud = {
	.name = "sud",
	.title = "system call user dispatch",
	.how = "ptrace(PTRACE_GET_SYSCALL_USER_DISPATCH_CONFIG) of the frozen thread",
	.page =
		"System calls that are sent back to the program as signals (PR_SET_SYSCALL_USER_DISPATCH), for Wine.\n\n"
		"It can be read and set by ptrace, and has to be the last thing, as it would catch the calls of the\n"
		"restore itself.",
};
