/* bpf.c - maps and programs in the kernel. */
#include "checks/run.h"

static int claims(const struct fd_look *l)
{
	return text_starts(l->text, "anon_inode:bpf") || text_starts(l->text, "anon_inode:[bpf") || text_starts(l->text, "anon_inode:btf");
}

const struct check check_bpf = {
	.name = "bpf",
	.title = "BPF",
	.how = "the link of the descriptor: anon_inode:bpf-map, bpf-prog, bpf_link, btf, ...",
	.page =
		"Maps, programs, links and tokens of bpf(2).\n\n"
		"Maps could be read out and filled again, programs only in the kernel's own form after verification.\n"
		"Both live outside of the process, and are often attached to something that everybody uses.",
	.claims = claims,
	.meaning = "a BPF object",
	.remedy = "stop the program that loaded it",
};
