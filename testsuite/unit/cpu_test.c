/* cpu_test.c - the names of the CPU's features, against what the kernel calls them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/io.h"
#include "core/cpu.h"
#include "check.h"

static int has(const char *words, const char *word)
{
	size_t len = strlen(word);

	for (const char *p = words; (p = strstr(p, word)); p += len)
		if ((p == words || p[-1] == ' ') && (p[len] == ' ' || p[len] == '\n' || !p[len]))
			return 1;
	return 0;
}

/* Features that both name alike, and that the kernel hides for no reason of its own. */
static const char *const shared[] = {
	"fpu", "tsc", "cx8", "sep", "cmov", "mmx", "fxsr", "sse", "sse2", "pclmulqdq", "ssse3", "fma", "cx16", "sse4_1", "sse4_2", "movbe", "popcnt",
	"aes", "avx", "f16c", "rdrand", "fsgsbase", "bmi1", "avx2", "bmi2", "erms", "avx512f", "avx512dq", "adx", "clflushopt", "clwb",
	"avx512cd", "sha_ni", "avx512bw", "avx512vl", "gfni", "vaes", "vpclmulqdq", "avx512_vnni", "avx512_bitalg", "rdpid", "fsrm", "serialize",
	"amx_bf16", "avx512_fp16", "amx_tile", "amx_int8", "avx_vnni", "avx512_bf16", "xsaveopt", "xsavec", "xgetbv1", "lahf_lm", "sse4a",
	"misalignsse", "xop", "fma4", "tbm", "mwaitx", "syscall", "mmxext", "fxsr_opt", "rdtscp", "lm", "3dnow",
};

int main(void)
{
	cleanup_buf struct buf text = { 0 }, ours = { 0 };
	const char *flags;
	char wrong[512] = "";
	int hides;		/* a guest's kernel may do without what CPUID tells, and leave it out: seen with fsgsbase and sse4a */

	check(!io_read_file(-1, "/proc/cpuinfo", &text) && text.p, "the kernel tells what this CPU can do");
	flags = text.p ? strstr(text.p, "\nflags") : NULL;
	flags = flags ? strchr(flags, ':') + 1 : "";
	((char *)flags)[strcspn(flags, "\n")] = '\0';
	hides = has(flags, "hypervisor");
	check(!cpu_features(&ours) && ours.len, "there are features");
	for (size_t i = 0; i < sizeof(shared) / sizeof(*shared); i++)
		if (has(ours.p, shared[i]) ? !has(flags, shared[i]) && !hides : has(flags, shared[i]))
			snprintf(wrong + strlen(wrong), sizeof(wrong) - strlen(wrong), " %s", shared[i]);
	check(!*wrong, "each stands at its bit");
	if (*wrong)
		printf("\tnot alike:%s\n", wrong);
	printf("\t%s\n", ours.p);
	return failures != 0;
}
