/*
 * mem.h - address spaces: what is mapped, which pages are the process's own, and how both are made again.
 *
 *	scan	mem_scan			model, from outside
 *	dump	mem_ask, mem_answer, mem_capture, mem_count, mem_dump_pages
 *	restore	mem_preflight, mem_rebuild_layout, mem_load_chunk, mem_load_end
 *	verify	mem_compare
 */
#ifndef CR_MEM_MEM_H
#define CR_MEM_MEM_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

#include "core/proc/proc.h"
#include "core/unit.h"

struct image_writer;

#define MEM_PAGE 4096ull
#define MEM_TASK_SIZE 0x7ffffffff000ull		/* end of a process's own addresses with four levels of page tables */

/* ---- scan (scan.c) ---- */

/* Fills t->mm; what is not carried goes to s->report. 0, PROC_GONE when the process has ended, -1. Zombies: t->mm stays NULL. */
int mem_scan(struct scan *s, struct task *t);

/* Inside the frozen tree: the current break, and mlockall(MCL_FUTURE), which cannot be seen from outside. */
int mem_ask(struct ask *a, struct task *t);
int mem_answer(struct ask *a, struct scan *s, struct task *t);

/*
 * Looks from outside whether none of the mappings of stopped process T, if they are many, has a NUMA policy, by another thread, until mem_policy_looked():
 * meanwhile no process may be made, and T's mappings stay where they are. (policy.c)
 */
struct policy_look { pthread_t thread; int running; };
void mem_policy_look(struct policy_look *l, const struct scan *s, struct task *t);
void mem_policy_looked(struct policy_look *l, const struct scan *s);

/* As mem_ask() and mem_answer(), for the NUMA policy of the first mappings; afterwards, in batches of its own, for the others. (policy.c) */
int mem_policy_ask(struct ask *a, struct task *t);
int mem_policy_answer(const struct ask *a, const struct task *t);
int mem_capture(struct model *m, struct task *t);

/* Is what stands at ADDRESS not of T alone, but of a file that is mapped shared? (inherit.c) */
int mem_outlives(const struct task *t, uint64_t address);

/* ---- dump ---- */

/* Counts what mem_dump_pages will store: vma->pages and vma->parent_pages. The tree is frozen. (count.c) */
int mem_count(struct model *m);

uint64_t mem_pages(const struct task *t);	/* of T, that will be stored; 0: it has no memory */
uint64_t mem_bytes(const struct model *m);	/* the same of all tasks, in bytes */

/* Own pages of all tasks, in chunks "pages/MM/NUMBER". PROGRESS (may be NULL) hears of the bytes done so far. (dump.c) */
int mem_dump_pages(struct model *m, struct image_writer *w, void (*progress)(void *ctx, uint64_t bytes), void *ctx);

/* The processes of M have been killed, and will be waited for: their memory is freed sooner. (release.c) */
void mem_release(const struct model *m);

/* ---- restore ---- */

/* Ranges and references of all address spaces of a decoded image: 0, or -1 fail_image. (preflight.c) */
int mem_check(const struct model *m);

/* The same, then files and facilities; opens r->model->mapped[]. Obstacles to r->report. (preflight.c) */
int mem_preflight(struct rebuild *r);

/*
 * T begins as a copy of its parent's restored memory, so that pages shared copy-on-write are shared again. It must be forked after
 * the parent's pages were loaded, and with INHERITED set below. Else it begins as a copy of ours. (inherit.c)
 */
int mem_inherits(const struct task *t);

/* Index of the first mapping of MM that ends behind ADDRESS; mm->nvmas: there is none. (inherit.c) */
size_t mem_first_behind(const struct mm *mm, uint64_t address);

/* The mapping of MM that holds all from START to END; NULL: there is none. (inherit.c) */
const struct vma *mem_vma_around(const struct mm *mm, uint64_t start, uint64_t end);

/* All that the root of a tree has of our own memory goes: what is left is quickly copied for its children. */
int mem_empty(struct task *t);

/* Everything in newborn t->remote goes, except the scratch; then every mapping of the image is made. (layout.c) */
int mem_rebuild_layout(struct rebuild *r, struct task *t, int inherited);

/* The task that chunk NAME belongs to; chunks of one task must be loaded in order. NULL: fail_image. (load.c) */
struct task *mem_chunk_task(const struct model *m, const char *name);
int mem_load_chunk(struct task *t, const uint8_t *data, size_t len);
int mem_load_end(struct task *t);	/* once, after T's last chunk, also when it has none */

/* SIZE addresses, best from 0x200000000000 up, that are free in every mm and in our own; 0 recorded. (hole.c) */
uint64_t mem_find_hole(const struct model *m, size_t size);
int mem_has_room(const struct model *m);	/* for the scratch of a restore, but for the mappings of who restores. 0: there is none, recorded */

/* ---- verify (compare.c) ---- */

/* The first difference between what the image says of task PID and what was rebuilt: 0, or -1 with fail_plain naming it. */
int mem_compare(const struct model *image, const struct mm *a, const struct model *rebuilt, const struct mm *b, pid_t pid);

/* ---- inside core/mem ---- */

/* What a mapping is, by its name, file and flags. (classify.c) */
struct mem_look {
	struct scan *scan;
	struct task *task;
	const struct proc_smap *smap;
	int *refused;			/* set by mem_refuse() */
};
int mem_classify(const struct mem_look *l, struct vma *v);
int mem_refuse(const struct mem_look *l, const char *id, const char *remedy, const char *meaning, ...) PRINTF_LIKE(4, 5);
int mem_flags(const struct mem_look *l, struct vma *v);	/* rights, advice; refuses what is not carried (flags.c) */

#define MEM_LATER (-1)
struct mem_advice {
	char word[3];
	uint64_t flag;			/* PROC_VM() bit */
	int advice;			/* MADV_*, or MEM_LATER: mlock2(2), once the pages are there (load.c) */
	int inherited;			/* a child made by fork sees the same memory */
};
extern const struct mem_advice mem_advices[];	/* sorted by word; "" at the end */
int mem_advice_in(const struct vma *v, const char *word);

/* NUMA policies of mappings; those of threads have such modes and nodes, too. (policy.c) */
#define MEM_POLICY_MODE 0xfff		/* without MPOL_MODE_FLAGS */
#define MEM_POLICY_MODE_MAX 7
#define MEM_NODES_BYTES 128		/* 1024 nodes, as many as kernels have */
#define MEM_NODES_BITS (MEM_NODES_BYTES * 8 + 1)	/* the kernel takes one off */
int mem_same_policy(const struct vma *a, const struct vma *b);
int mem_nodes_allowed(uint32_t policy, const struct bytes *nodes);	/* may we, and so a newborn, set this policy? */
int mem_policy_preflight(struct rebuild *r, const struct task *t, const struct vma *v);
int mem_rebuild_policies(const struct task *t);

/* Files that are mapped. (mapped.c, identity.c) */
const char *mem_fstype(const struct scan *s, const struct proc_map *map);	/* "": no mount of ours has this device */
int mem_add_file(const struct mem_look *l, struct vma *v);	/* v->file, or a finding */
int mem_add_exe(struct scan *s, struct task *t, int dir);	/* t->mm->exe, or a finding */
int mem_identify(struct arena *a, int fd, int want_hash, struct mapped_file *f);	/* build_id, hash */
int mem_identify_all(struct model *m);		/* opens and reads them: when nothing is refused */
int mem_same_time(const struct mapped_file *f, const struct stat *st);
int mem_look_again(const struct model *m);	/* before the tree is ended: are they still as they were? */
int mem_compare_files(const struct model *image, const struct model *rebuilt);	/* are they still as the preflight has found them? */
int mem_sync_files(const struct model *m);	/* those that are mapped shared and writable: what was written is on its disk */
int mem_build_id(const uint8_t *head, size_t len, char *hex, size_t hex_size);	/* 1 found, 0 none */

/* The vdso and its neighbours. (vdso.c) */
struct mem_kernel {			/* the kernel's own mappings, by address */
	size_t n;
	struct { uint64_t start, end; uint32_t prot; char name[24]; } v[8];
};
int mem_kernel_name(const char *name);		/* 1: "[vdso]", "[vvar]", "[vvar_vclock]" */
int mem_kernel_of_maps(struct mem_kernel *k, const struct proc_maps *maps);
int mem_kernel_of_mm(struct mem_kernel *k, const struct mm *mm);
int mem_vdso_scan(struct scan *s, struct task *t, int dir);
int mem_vdso_preflight(struct rebuild *r, const struct task *t);
struct mem_plan;
int mem_vdso_move(struct mem_plan *p, const struct model *m, const struct mem_kernel *have, const struct mem_kernel *want);

/* Uprobes and debuggers leave int3 in private pages of text. (uprobe.c) */
int mem_text_scan(struct scan *s, struct task *t, int dir, struct proc_pagemap *pagemap);	/* PAGEMAP: its, open */

/* Own pages of one mm in ascending order. (count.c) */
struct mem_run {
	struct vma *vma;
	uint64_t start, end;
	int parent;			/* shared copy-on-write with the parent's page at the same address */
};
struct mem_walk {
	struct task *task, *parent;
	int pagemap, parent_pagemap;	/* of TASK and of PARENT */
	size_t next, span_end;		/* vmas: the one after the current, the first that is not scanned with it; or in mm->runs */
	struct proc_pagemap map;
	int inherits;			/* PARENT is its parent, and they may share pages */
	int scanning, comparable;
	struct proc_page_run run;	/* rest of what the scan gave */
	uint64_t pfn_start, pfn_end;	/* addresses that the two tables below are of */
	uint64_t own_pfn[512], parent_pfn[512];
};
struct mem_walk *mem_walk_new(void);				/* NULL: recorded */
int mem_walk_begin(struct mem_walk *w, struct task *t);		/* one task after the other */
int mem_walk_next(struct mem_walk *w, struct mem_run *run);	/* 1, 0 at the end, -1 */
void mem_walk_free(struct mem_walk *w);
int mem_has_pages(const struct vma *v);

/* Can V of T be kept from what the parent had? The same answer at dump and at restore. (inherit.c) */
const struct vma *mem_inherit_vma(const struct task *t, const struct vma *v);

/* Lines at the head of a chunk: pure. (runs.c) */
struct mem_chunk {
	const uint8_t *text, *text_end;
	const uint8_t *pages, *pages_end;
};
struct mem_chunk_run {
	uint64_t start, end;
	int parent;
	const uint8_t *data;		/* NULL for parent */
};
int mem_chunk_begin(struct mem_chunk *c, const uint8_t *data, size_t len);
int mem_chunk_next(struct mem_chunk *c, struct mem_chunk_run *run);	/* 1, 0 at the proper end, -1 fail_image */

/* While one mm is loaded: everything below AT is settled. */
struct mem_cursor {
	uint64_t at;
	uint64_t chunk;			/* number of the next one */
	uint8_t *kept;			/* by vma: inherited from the parent */
	uint8_t *fills;			/* by vma: mem_fill() is for it; NULL: for none */
	int fill_fd;			/* of userfaultfd(2); -1 */
};

/* Pages into memory where there is none: from when all is mapped until all is loaded. mem_fill() takes off RUN, of V, what it has written. (fill.c) */
int mem_fill_begin(struct model *m, struct task *t);
void mem_fill(const struct mm *mm, const struct vma *v, struct mem_chunk_run *run);
void mem_fill_end(struct mm *mm);

/* Many calls in one thread, as many batches as they need. (plan.c) */
#define MEM_PLAN_CALLS 480

struct mem_plan {
	struct task *task;
	struct batch batch;
	int open;			/* BATCH has calls that did not run yet */
	unsigned n;
	struct { const char *what; uint64_t address; unsigned index; } calls[MEM_PLAN_CALLS];
};
/* WHAT NULL: may fail. A call fails as a whole with "WHAT at A0". */
int mem_plan_call(struct mem_plan *p, const char *what, long nr, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3,
		  uint64_t a4, uint64_t a5);
int mem_plan_room(struct mem_plan *p);		/* for one call: what it points to may be put into P->batch now */
int mem_plan_run(struct mem_plan *p);		/* the calls so far */

/* The next of N mappings from *AT on, as if the kernel had merged all that it may merge. 0: there is none. (compare.c) */
int mem_merged(const struct vma *v, size_t n, size_t *at, struct vma *out);

#endif
