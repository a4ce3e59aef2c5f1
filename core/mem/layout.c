/*
 * layout.c - the mappings of a newborn, made as the image says.
 *
 * Order: everything goes that is not kept; the kernel's own mappings move; PR_SET_MM_MAP, which takes another executable only while
 * nothing of the old one is mapped; then every mapping with its final protection, since pages can be written whatever it is.
 *
 * mmap(2), mremap(2), PR_SET_MM(2const)
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "core/base/io.h"
#include "core/mem/mem.h"

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

struct range {
	uint64_t start, end;
};

struct layout {
	struct model *model;
	struct task *task;
	struct mem_plan *plan;
	struct arena arena;
	struct mem_kernel have, want;
	struct range *keep;
	size_t nkeep;
};

static int by_start(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

/* The mapping around our scratch stays whole: parts of it are of relatives, or of children still to be made. */
static int find_kept(struct layout *l, const struct proc_maps *maps)
{
	const struct remote_process *p = l->task->remote;
	const struct mm *mm = l->task->mm;

	l->keep = arena_alloc(&l->arena, (maps->n + mm->nvmas + 1) * sizeof(*l->keep));
	if (!l->keep)
		return -1;
	for (size_t i = 0; i < maps->n; i++) {
		const struct proc_map *map = &maps->v[i];

		if (mem_kernel_name(map->path) ||
		    (map->start < p->scratch_remote + p->scratch_size && map->end > p->scratch_remote))
			l->keep[l->nkeep++] = (struct range){ map->start, map->end };
	}
	for (size_t i = 0; mm->cursor && i < mm->nvmas; i++)
		if (mm->cursor->kept[i])
			l->keep[l->nkeep++] = (struct range){ mm->vmas[i].start, mm->vmas[i].end };
	qsort(l->keep, l->nkeep, sizeof(*l->keep), by_start);
	return mem_kernel_of_maps(&l->have, maps);
}

static int unmap_rest(struct layout *l)
{
	uint64_t at = 0;

	for (size_t i = 0; i < l->nkeep; i++) {
		if (l->keep[i].start > at &&
		    mem_plan_call(l->plan, "unmap memory", SYS_munmap, at, l->keep[i].start - at, 0, 0, 0, 0) < 0)
			return -1;
		if (l->keep[i].end > at)
			at = l->keep[i].end;
	}
	return at >= MEM_TASK_SIZE ? 0 : mem_plan_call(l->plan, "unmap memory", SYS_munmap, at, MEM_TASK_SIZE - at, 0, 0, 0, 0);
}

/* The kernel refuses to take the executable that it has already, while it is mapped: say "no change" then. */
static uint32_t exe_fd(const struct layout *l, int inherited)
{
	const struct task *t = l->task;

	if (inherited && t->parent->mm->exe == t->mm->exe)
		return (uint32_t)-1;
	return (uint32_t)l->model->mapped[t->mm->exe]->local_fd;
}

static int set_mm(struct layout *l, int inherited)
{
	const struct mm *mm = l->task->mm;
	struct prctl_mm_map map = {
		.start_code = mm->start_code, .end_code = mm->end_code, .start_data = mm->start_data, .end_data = mm->end_data,
		.start_brk = mm->start_brk, .brk = mm->brk, .start_stack = mm->start_stack,
		.arg_start = mm->arg_start, .arg_end = mm->arg_end, .env_start = mm->env_start, .env_end = mm->env_end,
		.auxv_size = (uint32_t)mm->auxv.len, .exe_fd = exe_fd(l, inherited),
	};
	struct batch *b = &l->plan->batch;
	uint64_t at;

	if (mem_plan_room(l->plan) < 0)
		return -1;
	map.auxv = (void *)(uintptr_t)(mm->auxv.len ? batch_put(b, mm->auxv.p, mm->auxv.len) : 0);
	at = mm->auxv.len && !map.auxv ? 0 : batch_put(b, &map, sizeof(map));
	if (!at || mem_plan_call(l->plan, "set the executable and the borders of its memory (PR_SET_MM_MAP)", SYS_prctl, PR_SET_MM, PR_SET_MM_MAP,
				 at, sizeof(map), 0, 0) < 0)
		return -1;
	l->plan->calls[l->plan->n - 1].address = mm->start_code;
	return 0;
}

/*
 * Memory that was writable once counts against the commit limit ("ac"); newer kernels forget that when protection is taken away from
 * memory that was never touched. So: writable, one write, then the protection. The write is a system call's: nothing else runs there.
 */
static int lower_protection(struct layout *l, const struct vma *v)
{
	uint64_t len = v->end - v->start;

	if (v->type == VMA_ANON && mem_plan_call(l->plan, "touch memory", SYS_rt_sigpending, v->start, 8, 0, 0, 0, 0) < 0)
		return -1;
	if (mem_plan_call(l->plan, "protect memory", SYS_mprotect, v->start, len, v->prot, 0, 0, 0) < 0)
		return -1;
	return v->type == VMA_ANON ? mem_plan_call(l->plan, "empty memory", SYS_madvise, v->start, MEM_PAGE, MADV_DONTNEED, 0, 0, 0) : 0;
}

static int advise(struct layout *l, const struct vma *v)
{
	for (const struct mem_advice *a = mem_advices; *a->word; a++)
		if (a->advice != MEM_LATER && mem_advice_in(v, a->word) &&
		    mem_plan_call(l->plan, "advise about memory", SYS_madvise, v->start, v->end - v->start, (uint64_t)a->advice, 0, 0, 0) < 0)
			return -1;
	return 0;
}

static int map_vma(struct layout *l, const struct vma *v)
{
	uint64_t flags = MAP_FIXED_NOREPLACE | (v->shared ? MAP_SHARED : MAP_PRIVATE) | (v->growsdown ? MAP_GROWSDOWN : 0) |
		(v->noreserve ? MAP_NORESERVE : 0) | (v->type == VMA_ANON ? MAP_ANONYMOUS : 0);
	int lower = v->accounted && !(v->prot & PROT_WRITE) && !v->shared;
	uint64_t fd = v->type == VMA_FILE ? (uint64_t)l->model->mapped[v->file]->local_fd : (uint64_t)-1;

	if (mem_plan_call(l->plan, v->type == VMA_FILE ? "map a file" : "map memory", SYS_mmap, v->start, v->end - v->start,
			  v->prot | (lower ? PROT_READ | PROT_WRITE : 0), flags, fd, v->offset) < 0)
		return -1;
	if (lower && lower_protection(l, v) < 0)
		return -1;
	return advise(l, v);
}

static int build(struct layout *l, int inherited)
{
	const struct mm *mm = l->task->mm;

	if (unmap_rest(l) < 0 || mem_vdso_move(l->plan, l->model, &l->have, &l->want) < 0 || set_mm(l, inherited) < 0)
		return -1;
	for (size_t i = 0; i < mm->nvmas; i++)
		if ((mm->vmas[i].type == VMA_ANON || mm->vmas[i].type == VMA_FILE) && !mm->cursor->kept[i] && map_vma(l, &mm->vmas[i]) < 0)
			return -1;
	return mem_plan_run(l->plan) < 0 ? -1 : mem_rebuild_policies(l->task);
}

static int make_cursor(struct model *m, struct task *t, int inherited)
{
	struct mm *mm = t->mm;

	mm->cursor = arena_alloc(&m->arena, sizeof(*mm->cursor));
	if (!mm->cursor || !(mm->cursor->kept = arena_alloc(&m->arena, mm->nvmas + 1)))
		return -1;
	for (size_t i = 0; i < mm->nvmas; i++)
		mm->cursor->kept[i] = inherited && mm->vmas[i].parent_pages && mem_inherit_vma(t, &mm->vmas[i]);
	return 0;
}

/* What of the newborn stays, and an empty plan for the rest. */
static int look_around(struct layout *l)
{
	struct proc_maps maps;
	cleanup_fd int dir = -1;

	l->plan = arena_alloc(&l->arena, sizeof(*l->plan));
	if (!l->plan)
		return -1;
	l->plan->task = l->task;
	if (proc_open(l->task->pid, &dir) || proc_read_maps(dir, &l->arena, &maps))
		return fail_plain("process %d: its mappings cannot be read", l->task->pid);
	return find_kept(l, &maps);
}

int mem_empty(struct task *t)
{
	struct layout l = { .task = t };
	int ret = look_around(&l) < 0 || unmap_rest(&l) < 0 ? -1 : mem_plan_run(l.plan);

	arena_free(&l.arena);
	return ret;
}

int mem_rebuild_layout(struct rebuild *r, struct task *t, int inherited)
{
	struct layout l = { .model = r->model, .task = t };
	int ret = -1;

	if (make_cursor(r->model, t, inherited) == 0 && mem_kernel_of_mm(&l.want, t->mm) == 0 && look_around(&l) == 0)
		ret = build(&l, inherited) < 0 ? -1 : mem_fill_begin(r->model, t);
	arena_free(&l.arena);
	return ret;
}
