/* uprobe.c - breakpoints in program text. */
#include "core/unit.h"

const struct check check_uprobe = {
	.name = "uprobe",
	.title = ROW_TEXT("probed text"),
	.also = ROW_TEXT("uprobes breakpoint"),
	.how = ROW_TEXT("the mapping [uprobes], or a breakpoint instruction in text that differs from its file"),
	.takes = ROW_TEXT("putting the instruction of the file back, and the tracer probing the file anew"),
	.page = ROW_PAGE(
		"Program text that has breakpoints of a tracer in it (uprobes): perf probe, bpftrace, systemtap, USDT.\n\n"
		"The image would hold the breakpoint, and nobody would be there to handle it: the process would die of "
		"SIGTRAP at its first step on it. The mapping [uprobes] tells of past probes; a breakpoint in text that "
		"differs from the file tells of present ones, and of those of a debugger. The instruction of the file "
		"could be put back, because the tracer's probe belongs to the file and would be set anew when the text is "
		"mapped; the page [uprobes] itself cannot be made.\n\n"
		"About 100 lines for the text; a process that was probed once keeps the mapping until it ends."),
};
