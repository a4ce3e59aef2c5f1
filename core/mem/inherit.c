/*
 * inherit.c - which memory of a child can be its parent's, kept copy-on-write.
 *
 * Dump and restore must agree on it: what dump calls the parent's page is stored nowhere else. So both ask here, and the answer
 * depends on nothing but the model.
 */
#include "core/base/search.h"
#include "core/mem/mem.h"

/* The spine forks a child of another session before its parent's setsid(2), thus before the parent has its memory. */
int mem_inherits(const struct task *t)
{
	const struct task *p = t->parent;

	return p && p->mm && t->mm && (t->sid == p->sid || t->sid == t->pid);
}

size_t mem_first_behind(const struct mm *mm, uint64_t address)
{
	return SEARCH_SORTED(mm->vmas, mm->nvmas, end, address + 1);
}

const struct vma *mem_vma_around(const struct mm *mm, uint64_t start, uint64_t end)
{
	size_t i = mem_first_behind(mm, start);

	return i < mm->nvmas && mm->vmas[i].start <= start && end <= mm->vmas[i].end ? &mm->vmas[i] : NULL;
}

int mem_outlives(const struct task *t, uint64_t address)
{
	const struct vma *v = t->mm->writes_files ? mem_vma_around(t->mm, address, address + 1) : NULL;

	return v && v->shared;
}

static int fork_keeps(const struct vma *v)
{
	for (const struct mem_advice *a = mem_advices; *a->word; a++)
		if (!a->inherited && mem_advice_in(v, a->word))
			return 0;
	return 1;
}

/* Locks do not pass through fork(2), and leave what is shared so. */
static int same_advice(const struct vma *a, const struct vma *b)
{
	for (const struct mem_advice *m = mem_advices; *m->word; m++)
		if (m->advice != MEM_LATER && mem_advice_in(a, m->word) != mem_advice_in(b, m->word))
			return 0;
	return 1;
}

static int same_kind(const struct vma *a, const struct vma *b)
{
	return a->type == b->type && a->prot == b->prot && a->may == b->may && a->growsdown == b->growsdown &&
		a->noreserve == b->noreserve && a->accounted == b->accounted && a->file == b->file &&
		a->shared == b->shared && same_advice(a, b) && mem_same_policy(a, b) &&
		(a->file < 0 || a->start - a->offset == b->start - b->offset);
}

const struct vma *mem_inherit_vma(const struct task *t, const struct vma *v)
{
	const struct vma *from;

	if (!mem_has_pages(v) || !mem_inherits(t))
		return NULL;
	from = mem_vma_around(t->parent->mm, v->start, v->end);
	if (!from || !same_kind(from, v) || !fork_keeps(from))
		return NULL;
	/* The old executable must be unmapped before PR_SET_MM_MAP takes another one. */
	if (v->file >= 0 && v->file == t->parent->mm->exe && t->mm->exe != t->parent->mm->exe)
		return NULL;
	return from;
}
