/*
 * vdso.c - the kernel's own mappings in a process: at restore they are moved, never made.
 *
 *	7ffc9a5f2000-7ffc9a5f6000 r--p 00000000 00:00 0                          [vvar]
 *	7ffc9a5f6000-7ffc9a5f8000 r--p 00000000 00:00 0                          [vvar_vclock]
 *	7ffc9a5f8000-7ffc9a5fa000 r-xp 00000000 00:00 0                          [vdso]
 *
 * Programs keep pointers into the vdso, so an image is good only where its bytes are the same. vdso(7)
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/io.h"
#include "core/mem/mem.h"
#include "image/image.h"

#define VDSO_MAX (64 * MEM_PAGE)

int mem_kernel_name(const char *name)
{
	return !strcmp(name, "[vdso]") || !strcmp(name, "[vvar]") || !strcmp(name, "[vvar_vclock]");
}

static int add(struct mem_kernel *k, uint64_t start, uint64_t end, uint32_t prot, const char *name)
{
	if (k->n == sizeof(k->v) / sizeof(*k->v))
		return fail_image("too many mappings called %s", name);
	k->v[k->n].start = start;
	k->v[k->n].end = end;
	k->v[k->n].prot = prot;
	strncpy(k->v[k->n].name, name, sizeof(k->v[k->n].name) - 1);
	k->n++;
	return 0;
}

int mem_kernel_of_maps(struct mem_kernel *k, const struct proc_maps *maps)
{
	memset(k, 0, sizeof(*k));
	for (size_t i = 0; i < maps->n; i++) {
		const struct proc_map *m = &maps->v[i];

		if (mem_kernel_name(m->path) && add(k, m->start, m->end, m->prot, m->path) < 0)
			return -1;
	}
	return 0;
}

int mem_kernel_of_mm(struct mem_kernel *k, const struct mm *mm)
{
	memset(k, 0, sizeof(*k));
	for (size_t i = 0; i < mm->nvmas; i++) {
		const struct vma *v = &mm->vmas[i];

		if ((v->type == VMA_VDSO || v->type == VMA_VVAR) && add(k, v->start, v->end, v->prot, v->name) < 0)
			return -1;
	}
	return 0;
}

static int read_own_kernel(struct mem_kernel *k)
{
	cleanup_fd int dir = -1;
	struct arena a = { 0 };
	struct proc_maps maps;
	int ret = -1;

	if (!proc_open_self(&dir) && !proc_read_maps(dir, &a, &maps))
		ret = mem_kernel_of_maps(k, &maps);
	arena_free(&a);
	return ret;
}

/* Ours stay where they are. */
static int own_kernel(struct mem_kernel *k)
{
	static struct mem_kernel own;

	if (!own.n && read_own_kernel(&own) < 0)
		return -1;
	*k = own;
	return 0;
}

/* Our own vdso's bytes; 0 when there is none. Its last page ends in zeros, where a live target may hold our boot stub. */
static size_t own_vdso(const struct mem_kernel *k, const uint8_t **p)
{
	for (size_t i = 0; i < k->n; i++)
		if (!strcmp(k->v[i].name, "[vdso]") && k->v[i].end - k->v[i].start <= VDSO_MAX) {
			*p = (const uint8_t *)(uintptr_t)k->v[i].start;
			return (size_t)(k->v[i].end - k->v[i].start);
		}
	return 0;
}

/* They are moved and nothing else: what they may has to be the same, too. */
static int same_shape(const struct mem_kernel *a, const struct mem_kernel *b)
{
	if (a->n != b->n)
		return 0;
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->v[i].name, b->v[i].name) || a->v[i].end - a->v[i].start != b->v[i].end - b->v[i].start ||
		    a->v[i].prot != b->v[i].prot)
			return 0;
	return 1;
}

/* Sets SAME: the target's vdso is ours. An enum proc_result: the memory of who is about to end goes first, and reads as nothing. */
static int compare_vdso(const struct task *t, int dir, const struct mem_kernel *theirs, const uint8_t *own, size_t len, int *same)
{
	cleanup_fd int opened = -1;
	uint8_t *copy = malloc(len);
	size_t used = len;
	int mem = t->remote ? t->remote->mem_fd : -1, ret = copy ? 0 : fail_plain("out of memory");

	if (mem < 0 && !ret) {
		ret = proc_open_file(dir, "mem", O_RDONLY, &opened);
		mem = opened;
	}
	while (used && !own[used - 1])
		used--;
	for (size_t i = 0; !ret && i < theirs->n; i++) {
		ssize_t n;

		if (strcmp(theirs->v[i].name, "[vdso]"))
			continue;
		n = pread(mem, copy, used, (off_t)theirs->v[i].start);
		if (n <= 0)		/* it may have become another program meanwhile */
			ret = !n || errno == ESRCH ? PROC_GONE : fail("read its vdso");
		*same = n == (ssize_t)used && !memcmp(copy, own, used);
	}
	free(copy);
	return ret == PROC_ABSENT ? PROC_GONE : ret;
}

int mem_vdso_scan(struct scan *s, struct task *t, int dir)
{
	struct mem_kernel ours, theirs;
	const uint8_t *own;
	size_t len;
	int same = 0, ret;

	if (own_kernel(&ours) < 0 || mem_kernel_of_mm(&theirs, t->mm) < 0)
		return -1;
	len = own_vdso(&ours, &own);
	ret = len && same_shape(&ours, &theirs) ? compare_vdso(t, dir, &theirs, own, len, &same) : 0;
	if (ret)
		return ret;
	if (!same)
		return report_refuse(s->report, "memory", t->pid, "[vdso]", "",
				     "its vdso is not the one that this kernel gives to 64-bit programs (32-bit, unmapped, or changed)");
	/* Who only checks need not know which one it is. */
	t->mm->vdso_hash = ENABLE_APPLET_DUMP || ENABLE_APPLET_RESTORE ? image_hash(own, len) : 0;
	return 0;
}

int mem_vdso_preflight(struct rebuild *r, const struct task *t)
{
	struct mem_kernel ours, theirs;
	const uint8_t *own;
	size_t len;

	if (own_kernel(&ours) < 0 || mem_kernel_of_mm(&theirs, t->mm) < 0)
		return -1;
	len = own_vdso(&ours, &own);
	if (len && same_shape(&ours, &theirs) && image_hash(own, len) == t->mm->vdso_hash)
		return 0;
	return report_refuse(r->report, "memory", t->pid, "[vdso]", "restore on the kernel that the image was made on",
			     "the image is of a kernel with another vdso");
}

/* ---- moving ---- */

static int move_all(struct mem_plan *p, const struct mem_kernel *from, const struct mem_kernel *to)
{
	for (size_t i = 0; i < from->n; i++)
		if (from->v[i].start != to->v[i].start &&
		    mem_plan_call(p, "move the vdso", SYS_mremap, from->v[i].start, from->v[i].end - from->v[i].start,
				  from->v[i].end - from->v[i].start, MREMAP_MAYMOVE | MREMAP_FIXED, to->v[i].start, 0) < 0)
			return -1;
	return 0;
}

static int overlaps(const struct mem_kernel *a, const struct mem_kernel *b)
{
	for (size_t i = 0; i < a->n; i++)
		for (size_t j = 0; j < b->n; j++)
			if (a->v[i].start < b->v[j].end && b->v[j].start < a->v[i].end)
				return 1;
	return 0;
}

int mem_vdso_move(struct mem_plan *p, const struct model *m, const struct mem_kernel *have, const struct mem_kernel *want)
{
	struct mem_kernel aside = *have;
	uint64_t size = 0, at;

	if (!same_shape(have, want))
		return fail_plain("process %d: its vdso is not ours", p->task->pid);
	if (!memcmp(have->v, want->v, sizeof(have->v)))
		return 0;
	if (!overlaps(have, want))
		return move_all(p, have, want);
	for (size_t i = 0; i < have->n; i++)
		size += have->v[i].end - have->v[i].start;
	at = mem_find_hole(m, (size_t)size);
	if (!at)
		return -1;
	for (size_t i = 0; i < aside.n; i++) {
		size = aside.v[i].end - aside.v[i].start;
		aside.v[i].start = at;
		aside.v[i].end = at += size;
	}
	return move_all(p, have, &aside) < 0 ? -1 : move_all(p, &aside, want);
}
