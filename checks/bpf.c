/* bpf.c - maps and programs in the kernel. */
#include "core/unit.h"

const struct check check_bpf = {
	.name = "bpf",
	.title = ROW_TEXT("BPF"),
	.how = ROW_TEXT("the link of the descriptor: anon_inode:bpf-map, bpf-prog, bpf_link, btf, ..."),
	.takes = ROW_TEXT("a kernel interface that gives a program back as it was loaded; maps can be copied"),
	.page = ROW_PAGE(
		"Maps, programs, links, iterators and tokens of bpf(2).\n\n"
		"Maps could be read out and filled again. A program can only be read in the form that the verifier made "
		"of it, with addresses of this kernel inside, and cannot be loaded from that. Links attach it to "
		"something that everybody uses: a cgroup, a device, a kernel function. And the counters of a monitoring "
		"tool mean nothing elsewhere.\n\n"
		"Needs a kernel interface that returns programs as they were loaded. Until then stop the loader and start "
		"it anew."),
	.links = "anon_inode:bpf*|anon_inode:[bpf*|anon_inode:btf*",
	.meaning = "a BPF object",
	.remedy = "stop the program that loaded it",
};
