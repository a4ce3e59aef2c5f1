/*
 * count.c - the pages that belong to a process alone, or to it and its parent since a fork.
 *
 * Two processes show the same page frame, or place in the swap, at one address only while they share it copy-on-write (or KSM merged it:
 * equal as well).
 * Frame numbers need CAP_SYS_ADMIN; without it nothing is found to be shared, and every process stores its own.
 */
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/io.h"
#include "core/mem/mem.h"

#define AHEAD 128			/* pages */
#define RUNS_KEPT 16384			/* of all processes: half a megabyte */

int mem_has_pages(const struct vma *v)
{
	return v->type == VMA_ANON || (v->type == VMA_FILE && !v->shared);
}

/* Of a thread that lives: that of a leader that has exited is empty. */
static int open_pagemap(struct task *t, int *fd)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task/%d/pagemap", t->pid, model_speaker(t)->tid);
	*fd = open(path, O_RDONLY | O_CLOEXEC);
	return *fd < 0 ? fail("open %s", path) : 0;
}

/* Children of one parent come one after the other: its pagemap stays open for them. */
static int open_parent(struct mem_walk *w, struct task *parent)
{
	if (w->parent == parent)
		return 0;
	io_close(&w->parent_pagemap);
	w->parent = NULL;
	if (open_pagemap(parent, &w->parent_pagemap) < 0)
		return -1;
	w->parent = parent;
	return 0;
}

struct mem_walk *mem_walk_new(void)
{
	struct mem_walk *w = malloc(sizeof(*w));

	if (!w)
		return fail_plain("out of memory"), NULL;
	w->parent = NULL;
	w->pagemap = w->parent_pagemap = -1;
	return w;
}

void mem_walk_free(struct mem_walk *w)
{
	if (!w)
		return;
	io_close(&w->pagemap);
	io_close(&w->parent_pagemap);
	free(w);
}

int mem_walk_begin(struct mem_walk *w, struct task *t)
{
	memset(&w->next, 0, offsetof(struct mem_walk, own_pfn) - offsetof(struct mem_walk, next));
	w->task = t;
	io_close(&w->pagemap);
	w->pagemap = -1;
	if (t->mm->runs)
		return 0;
	w->inherits = mem_inherits(t);
	if (open_pagemap(t, &w->pagemap) < 0)
		return -1;
	return w->inherits ? open_parent(w, t->parent) : 0;
}

static int is_comparable(const struct mem_walk *w, const struct vma *v)
{
	return w->inherits && mem_inherit_vma(w->task, v);
}

/* Neighbours of one type are scanned at once. 1 when there are more mappings to look at. */
static int next_vmas(struct mem_walk *w)
{
	const struct mm *mm = w->task->mm;
	const struct vma *v, *last;

	w->next = w->span_end;
	while (w->next < mm->nvmas && !mem_has_pages(&mm->vmas[w->next]))
		w->next++;
	if (w->next == mm->nvmas)
		return 0;
	v = last = &mm->vmas[w->next++];
	w->comparable = is_comparable(w, v);
	for (w->span_end = w->next; w->span_end < mm->nvmas; w->span_end++) {
		const struct vma *other = &mm->vmas[w->span_end];

		if (other->start != last->end || other->type != v->type || !mem_has_pages(other) || is_comparable(w, other) != w->comparable)
			break;
		last = other;
	}
	w->scanning = 1;
	proc_pagemap_begin(&w->map, w->pagemap, v->start, last->end, v->type == VMA_ANON ? &proc_pages_data : &proc_pages_private);
	return 1;
}

/* Of what follows some, too: the next run is mostly near, and a call takes longer than to look at a hundred pages. */
static int read_frames(struct mem_walk *w)
{
	uint64_t n = (w->run.end - w->run.start) / MEM_PAGE;
	const size_t max = sizeof(w->own_pfn) / sizeof(*w->own_pfn);

	if (w->run.start >= w->pfn_start && w->run.start < w->pfn_end)
		return 0;
	if (n < AHEAD && w->run.start < MEM_TASK_SIZE - AHEAD * MEM_PAGE)
		n = AHEAD;
	if (n > max)
		n = max;
	if (proc_pagemap_pfns(w->pagemap, w->run.start, w->own_pfn, n) < 0 ||
	    proc_pagemap_pfns(w->parent_pagemap, w->run.start, w->parent_pfn, n) < 0)
		return -1;
	w->pfn_start = w->run.start;
	w->pfn_end = w->run.start + n * MEM_PAGE;
	return 0;
}

/* Splits what is left of a run where the mapping ends, and where the owner changes. */
static int cut_run(struct mem_walk *w, struct mem_run *out)
{
	uint64_t end = w->run.end;
	size_t i;

	while (w->task->mm->vmas[w->next - 1].end <= w->run.start)
		w->next++;
	out->vma = &w->task->mm->vmas[w->next - 1];
	if (end > out->vma->end)
		end = out->vma->end;
	out->start = w->run.start;
	out->end = end;
	out->parent = 0;
	if (w->comparable) {
		if (read_frames(w) < 0)
			return -1;
		i = (size_t)((out->start - w->pfn_start) / MEM_PAGE);
		out->parent = w->own_pfn[i] && w->own_pfn[i] == w->parent_pfn[i];
		out->end = out->start;
		do {
			out->end += MEM_PAGE;
			i++;
		} while (out->end < end && out->end < w->pfn_end &&
			 out->parent == (w->own_pfn[i] && w->own_pfn[i] == w->parent_pfn[i]));
	}
	w->run.start = out->end;
	return 1;
}

int mem_walk_next(struct mem_walk *w, struct mem_run *out)
{
	const struct mm *mm = w->task->mm;

	if (mm->runs) {
		if (w->next == mm->nruns)
			return 0;
		*out = mm->runs[w->next++];
		return 1;
	}
	for (;;) {
		int ret;

		if (w->run.start < w->run.end)
			return cut_run(w, out);
		if (!w->scanning && !next_vmas(w))
			return 0;
		ret = proc_pagemap_next(&w->map, &w->run);
		if (ret < 0)
			return fail_context("process %d", w->task->pid);
		if (!ret)
			w->scanning = w->run.start = w->run.end = 0;
	}
}

/* The runs are kept for mem_dump_pages(), as long as those of all processes together are not many. */
static int count_task(struct model *m, struct mem_walk *w, struct task *t, size_t *left)
{
	struct mem_run *runs = NULL, run;
	size_t n = 0, cap = 0;
	int ret;

	for (size_t i = 0; i < t->mm->nvmas; i++)
		t->mm->vmas[i].pages = t->mm->vmas[i].parent_pages = 0;
	if (mem_walk_begin(w, t) < 0)
		return -1;
	for (; (ret = mem_walk_next(w, &run)) > 0; n++) {
		*(run.parent ? &run.vma->parent_pages : &run.vma->pages) += (run.end - run.start) / MEM_PAGE;
		if (n >= *left)
			continue;
		if (!arena_grow(&m->arena, &runs, n, &cap, sizeof(*runs)))
			return -1;
		runs[n] = run;
	}
	if (ret < 0)
		return ret;
	if (n > *left) {		/* too many, and what they have taken of the arena is not given back */
		*left = 0;
		return 0;
	}
	*left -= n;
	t->mm->runs = runs;
	t->mm->nruns = n;
	return 0;
}

uint64_t mem_pages(const struct task *t)
{
	uint64_t pages = 0;

	for (size_t i = 0; t->mm && i < t->mm->nvmas; i++)
		pages += t->mm->vmas[i].pages;
	return pages;
}

uint64_t mem_bytes(const struct model *m)
{
	uint64_t pages = 0;

	for (size_t i = 0; i < m->ntasks; i++)
		pages += mem_pages(m->tasks[i]);
	return pages * MEM_PAGE;
}

int mem_count(struct model *m)
{
	struct mem_walk *w = mem_walk_new();
	size_t left = RUNS_KEPT;
	int ret = w ? 0 : -1;

	for (size_t i = 0; !ret && i < m->ntasks; i++)
		if (m->tasks[i]->mm)
			ret = count_task(m, w, m->tasks[i], &left);
	mem_walk_free(w);
	return ret;
}
