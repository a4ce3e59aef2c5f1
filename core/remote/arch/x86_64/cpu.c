/*
 * cpu.c - what programs may have found on this CPU, through CPUID: instructions, and the state that comes with them.
 *
 * Every bit of the leaves that tell of instructions is a feature, unless it is known to be the kernel's own affair: so that a feature
 * that is newer than this file counts too, under the name of its place. See Intel SDM 2, CPUID, and AMD APM 3, appendix E.
 */
#include "core/cpu.h"

#include <cpuid.h>
#include <string.h>

enum cpu_register { EAX, EBX, ECX, EDX };

/* One register of a leaf; NAMES from bit 0 on: "-" for what no program can use, "?" for what has no name here. */
struct word {
	unsigned leaf, sub;
	enum cpu_register in;
	const char *names;
};

static const struct word words[] = {
	{ 0x1, 0, EDX, "fpu - - - tsc - - - cx8 - - sep - - - cmov - - - clflush - - - mmx fxsr sse sse2 - - - - -" },
	{ 0x1, 0, ECX, "sse3 pclmulqdq - - - - - - - ssse3 - - fma cx16 - - - - - sse4_1 sse4_2 - movbe popcnt - aes xsave osxsave avx "
		       "f16c rdrand -" },
	{ 0x7, 0, EBX, "fsgsbase - - bmi1 hle avx2 fdp_excptn_only - bmi2 erms - rtm - zero_fcs_fds mpx - avx512f avx512dq rdseed adx - "
		       "avx512ifma ? clflushopt clwb - avx512pf avx512er avx512cd sha_ni avx512bw avx512vl" },
	{ 0x7, 0, ECX, "prefetchwt1 avx512vbmi - - ospke waitpkg avx512_vbmi2 - gfni vaes vpclmulqdq avx512_vnni avx512_bitalg - "
		       "avx512_vpopcntdq ? - - - - - - rdpid - - cldemote ? movdiri movdir64b - - -" },
	{ 0x7, 0, EDX, "? - avx512_4vnniw avx512_4fmaps fsrm uintr ? ? avx512_vp2intersect - - - ? - serialize - tsxldtrk ? - - - ? "
		       "amx_bf16 avx512_fp16 amx_tile amx_int8 - - - - - -" },
	{ 0x7, 1, EAX, "sha512 sm3 sm4 rao_int avx_vnni avx512_bf16 - cmpccxadd - ? fzrm fsrs fsrc ? ? ? ? - - - - amx_fp16 - avx_ifma "
		       "? ? - - ? ? - movrs" },
	{ 0xd, 1, EAX, "xsaveopt xsavec xgetbv1 - - ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ?" },
	{ 0x80000001, 0, ECX, "lahf_lm - - - - lzcnt sse4a misalignsse prefetchw - - xop - - ? lwp fma4 - ? - ? tbm - - - ? - - - mwaitx "
			      "- ?" },
	{ 0x80000001, 0, EDX, "- - - - - - - - - - - syscall - - - - - - - - - - mmxext - - fxsr_opt - rdtscp - lm 3dnowext 3dnow" },
};

void cpu_xsave(uint64_t *mask, uint32_t *size)
{
	unsigned a, b, c, d;

	*mask = 0;
	*size = 0;
	if (!__get_cpuid_count(0xd, 0, &a, &b, &c, &d))
		return;
	*mask = (uint64_t)d << 32 | a;
	*size = b;
}

static void add(struct buf *out, const struct word *w, unsigned bit, const char *name, int len)
{
	if (*name == '-')
		return;
	if (out->len)
		buf_putc(out, ' ');
	if (*name == '?')
		buf_printf(out, "%x.%x.%c.%u", w->leaf, w->sub, "abcd"[w->in], bit);
	else
		buf_printf(out, "%.*s", len, name);
}

/* A hypervisor makes CPUID dear: the words of one leaf stand together, and it is asked for once. */
int cpu_features(struct buf *out)
{
	unsigned r[4];
	int known = 0;

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		const char *name = words[i].names;

		if (!i || words[i].leaf != words[i - 1].leaf || words[i].sub != words[i - 1].sub)
			known = __get_cpuid_count(words[i].leaf, words[i].sub, &r[EAX], &r[EBX], &r[ECX], &r[EDX]);
		if (!known)
			continue;
		for (unsigned bit = 0; bit < 32; bit++) {
			size_t len = strcspn(name, " ");

			if (r[words[i].in] >> bit & 1)
				add(out, &words[i], bit, name, (int)len);
			name += len + (name[len] == ' ');
		}
	}
	return buf_check(out);
}
