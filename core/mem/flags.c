/*
 * flags.c - VmFlags of a mapping: what mmap(2), mprotect(2), madvise(2) and mlock(2) made of it.
 *
 *	VmFlags: rd wr mr mw me ac dd
 *
 * madvise(2), Documentation/filesystems/proc.rst
 */
#include <string.h>
#include <sys/mman.h>

#include "core/mem/mem.h"

const struct mem_advice mem_advices[] = {
	{ "dc", PROC_VM(DC), MADV_DONTFORK, 0 },
	{ "dd", PROC_VM(DD), MADV_DONTDUMP, 1 },
	{ "hg", PROC_VM(HG), MADV_HUGEPAGE, 1 },
	{ "lf", PROC_VM(LF), MEM_LATER, 1 },
	{ "lo", PROC_VM(LO), MEM_LATER, 1 },
	{ "mg", PROC_VM(MG), MADV_MERGEABLE, 1 },
	{ "nh", PROC_VM(NH), MADV_NOHUGEPAGE, 1 },
	{ "rr", PROC_VM(RR), MADV_RANDOM, 1 },
	{ "sr", PROC_VM(SR), MADV_SEQUENTIAL, 1 },
	{ "wf", PROC_VM(WF), 18 /* MADV_WIPEONFORK */, 0 },
	{ "", 0, 0, 0 },
};

/* SD and GU only say that something may have happened once. */
static const uint64_t carried = PROC_VM(RD) | PROC_VM(WR) | PROC_VM(EX) | PROC_VM(SH) | PROC_VM(MR) | PROC_VM(MW) |
	PROC_VM(ME) | PROC_VM(MS) | PROC_VM(GD) | PROC_VM(AC) | PROC_VM(NR) | PROC_VM(SD) | PROC_VM(GU);

/* What the kernel sets on its own mappings. AC is none of it: whoever made one writable may have written there. */
static uint64_t kernels_own(enum vma_type type)
{
	return PROC_VM(PF) | PROC_VM(IO) | PROC_VM(DE) | PROC_VM(MM) | (type == VMA_VDSO ? 0 : PROC_VM(DD));
}

int mem_advice_in(const struct vma *v, const char *word)
{
	for (const char *p = v->advice; *p; p += 2 + (p[2] == ',')) {
		if (!strncmp(p, word, 2))
			return 1;
		if (!p[1])
			return 0;
	}
	return 0;
}

static int take_advice(const struct mem_look *l, struct vma *v, uint64_t *left)
{
	cleanup_buf struct buf b = { 0 };

	for (const struct mem_advice *a = mem_advices; *a->word; a++) {
		if (!(l->smap->flags & a->flag))
			continue;
		*left &= ~a->flag;
		buf_printf(&b, "%s%s", b.len ? "," : "", a->word);
	}
	if (buf_check(&b) < 0)
		return -1;
	v->advice = b.len ? arena_strdup(&l->scan->model->arena, b.p) : "";
	return v->advice ? 0 : -1;
}

static int refuse_flags(const struct mem_look *l, uint64_t flags)
{
	char words[PROC_VM_FLAGS * 3 + 1] = "";
	uint64_t uffd = PROC_VM(UM) | PROC_VM(UW) | PROC_VM(UI);

	if (flags & uffd && mem_refuse(l, "userfaultfd", "", "watched by a userfaultfd") < 0)
		return -1;
	flags &= ~uffd;
	for (int i = 0; i < PROC_VM_FLAGS; i++)
		if (flags & 1ull << i) {
			strcat(words, words[0] ? " " : "");
			strcat(words, proc_vm_flag_names[i]);
		}
	return flags ? mem_refuse(l, "vma_flags", "", "its VmFlags '%s' cannot be made again", words) : 0;
}

/* Key 0 is everybody's; what may only be executed is given key 1 by the kernel, and will be again: see core/task/pkey.c. */
static int has_own_key(const struct proc_smap *m)
{
	return m->protection_key > (m->map.prot == PROT_EXEC);
}

int mem_flags(const struct mem_look *l, struct vma *v)
{
	const struct proc_smap *m = l->smap;
	uint64_t left = m->flags & ~carried;
	int kernel = v->type != VMA_ANON && v->type != VMA_FILE;

	v->may = (m->flags & PROC_VM(MR) ? 1 : 0) | (m->flags & PROC_VM(MW) ? 2 : 0) | (m->flags & PROC_VM(ME) ? 4 : 0) |
		(m->flags & PROC_VM(MS) ? 8 : 0);
	v->growsdown = !!(m->flags & PROC_VM(GD));
	v->noreserve = !!(m->flags & PROC_VM(NR));
	v->accounted = !!(m->flags & PROC_VM(AC));
	v->shares = m->swap_kb || (m->anonymous_kb && m->pss_kb != m->rss_kb);
	if (kernel)
		left = (left | (m->flags & PROC_VM(AC))) & ~kernels_own(v->type);
	else if (take_advice(l, v, &left) < 0)
		return -1;
	v->unknown_flags = left;
	if (*l->refused)		/* what it is says enough */
		return 0;
	if (m->unknown_flags && mem_refuse(l, "vma_flags", "", "a flag that cr does not know: '%s'", m->unknown_flag ? m->unknown_flag : "??") < 0)
		return -1;
	if (m->unknown.n && mem_refuse(l, "unknown", "", "smaps says something that cr does not know: '%s'", m->unknown.v[0].key) < 0)
		return -1;
	if (has_own_key(m) && mem_refuse(l, "vma_flags", "", "protection key %llu", (unsigned long long)m->protection_key) < 0)
		return -1;
	return left ? refuse_flags(l, left) : 0;
}
