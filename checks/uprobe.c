/* uprobe.c - breakpoints in program text. */
#include "core/unit.h"

const struct check check_uprobe = {
	.name = "uprobe",
	.title = "probed text",
	.how = "the mapping [uprobes], or a breakpoint instruction in text that differs from its file",
	.page =
		"Program text that has breakpoints of a tracer (uprobes) in it.\n\n"
		"The image would hold the breakpoint, and nobody would be there to handle it: the process would die\n"
		"at its first step on it. The instruction of the file could be put back, but the tracer's probe\n"
		"belongs to the file, not to the process.",
};
