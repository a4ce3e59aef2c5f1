/* hole.c - addresses that are free everywhere, for the scratch that all tasks of a restore share. */

#include "core/base/io.h"
#include "core/mem/mem.h"

#define FIRST_ADDRESS 0x200000000000ull		/* far from where the kernel puts programs, heaps, libraries, stacks */
#define LOW_ADDRESS 0x100000ull			/* where there is none above that: behind any vm.mmap_min_addr */
#define BETWEEN MEM_PAGE			/* never adjacent: it must not merge, nor stop a stack from growing */

static uint64_t behind_mm(const struct mm *mm, uint64_t at, uint64_t size)
{
	for (size_t i = 0; i < mm->nvmas; i++)
		if (mm->vmas[i].start < at + size + BETWEEN && mm->vmas[i].end + BETWEEN > at)
			at = mm->vmas[i].end + BETWEEN;
	return at;
}

static uint64_t behind_maps(const struct proc_maps *maps, uint64_t at, uint64_t size)
{
	for (size_t i = 0; i < maps->n; i++)
		if (maps->v[i].start < at + size + BETWEEN && maps->v[i].end + BETWEEN > at)
			at = maps->v[i].end + BETWEEN;
	return at;
}

static uint64_t search(const struct model *m, const struct proc_maps *own, uint64_t at, uint64_t size)
{
	uint64_t before;

	do {
		before = at;
		at = behind_maps(own, at, size);
		for (size_t i = 0; i < m->ntasks && at < MEM_TASK_SIZE; i++)
			if (m->tasks[i]->mm)
				at = behind_mm(m->tasks[i]->mm, at, size);
		if (at >= MEM_TASK_SIZE || MEM_TASK_SIZE - at < size)
			return 0;
	} while (at != before);
	return at;
}

static uint64_t find(const struct model *m, const struct proc_maps *own, size_t size)
{
	uint64_t len = ((uint64_t)size + MEM_PAGE - 1) & ~(MEM_PAGE - 1), at = search(m, own, FIRST_ADDRESS, len);

	if (!at)
		at = search(m, own, LOW_ADDRESS, len);
	if (!at)
		fail_refused("no %llu bytes of addresses are free in all processes", (unsigned long long)len);
	return at;
}

uint64_t mem_find_hole(const struct model *m, size_t size)
{
	struct arena a = { 0 };
	struct proc_maps own;
	cleanup_fd int dir = -1;
	uint64_t at = 0;

	if (!proc_open_self(&dir) && !proc_read_maps(dir, &a, &own))
		at = find(m, &own, size);
	arena_free(&a);
	return at;
}

int mem_has_room(const struct model *m)
{
	static const struct proc_maps none;

	return find(m, &none, REMOTE_SLOT_SIZE * m->ntasks) != 0;
}
