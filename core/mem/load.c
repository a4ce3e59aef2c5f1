/*
 * load.c - pages out of chunks, into newborns.
 *
 * Chunks of one address space come in order and their runs ascend, so what was passed over is known to be empty: a child that kept
 * its parent's memory drops it there. What is large and still empty is filled (fill.c); else remote_write_scattered() writes to what is
 * writable, remote_write() to the rest.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "core/mem/mem.h"
#include "image/image.h"

#define IOVS 64

/* DIGITS, at least MIN of them, then END; no zero in front of a longer number. */
static int take_number(const char **p, size_t min, char end, uint64_t *out)
{
	const char *start = *p;

	for (*out = 0; **p >= '0' && **p <= '9' && *p - start < 12; (*p)++)
		*out = *out * 10 + (uint64_t)(**p - '0');
	if ((size_t)(*p - start) < min || **p != end || (*start == '0' && (size_t)(*p - start) > min))
		return 0;
	*p += end != '\0';
	return 1;
}

struct task *mem_chunk_task(const struct model *m, const char *name)
{
	const char *p = name + strlen("pages/");
	uint64_t id, number;

	if (strncmp(name, "pages/", strlen("pages/")) || !take_number(&p, 1, '/', &id) || !take_number(&p, 6, '\0', &number) ||
	    id >= m->ntasks || !m->tasks[id]->mm) {
		fail_image("%s belongs to no process of the image", name);
		return NULL;
	}
	/* No cursor: the image is only looked through. */
	if (m->tasks[id]->mm->cursor && m->tasks[id]->mm->cursor->chunk++ != number) {
		fail_image("%s stands in the wrong place", name);
		return NULL;
	}
	return m->tasks[id];
}

/* The mapping that holds all of the run, and may hold pages; NULL: fail_image. */
static const struct vma *vma_of(const struct mm *mm, const struct mem_chunk_run *run)
{
	const struct vma *v = mem_vma_around(mm, run->start, run->end);

	if (v && mem_has_pages(v) && (!run->parent || mm->cursor->kept[v - mm->vmas]))
		return v;
	fail_image("pages at 0x%llx are in no mapping that could hold them", (unsigned long long)run->start);
	return NULL;
}

static int drop(struct mem_plan *p, const struct mm *mm, uint64_t start, uint64_t end)
{
	for (size_t i = mem_first_behind(mm, start); i < mm->nvmas && mm->vmas[i].start < end; i++) {
		const struct vma *v = &mm->vmas[i];
		uint64_t from = v->start > start ? v->start : start, to = v->end < end ? v->end : end;

		if (mm->cursor->kept[i] && from < to &&
		    mem_plan_call(p, "drop the parent's pages", SYS_madvise, from, to - from, MADV_DONTNEED, 0, 0, 0) < 0)
			return -1;
	}
	return 0;
}

/* Everything before a page that is the parent's, and is not the parent's itself, goes: pages of the chunk are written there later. */
static int check_runs(struct task *t, struct mem_chunk c)
{
	struct mem_cursor *cursor = t->mm->cursor;
	struct mem_plan *p = calloc(1, sizeof(*p));
	uint64_t at = cursor->at, from = cursor->at;
	struct mem_chunk_run run;
	int ret;

	if (!p)
		return fail_plain("out of memory");
	p->task = t;
	while ((ret = mem_chunk_next(&c, &run)) > 0) {
		if (run.start < at)
			ret = fail_image("pages at 0x%llx are out of order", (unsigned long long)run.start);
		else if (!vma_of(t->mm, &run))
			ret = -1;
		else if (run.parent)
			ret = drop(p, t->mm, from, run.start);
		if (ret < 0)
			break;
		at = run.end;
		if (run.parent)
			from = at;
	}
	if (!ret)
		ret = drop(p, t->mm, from, at);
	if (!ret)
		ret = mem_plan_run(p);
	cursor->at = at;
	free(p);
	return ret;
}

/* Runs whose pages lie one behind the other here, not written yet. */
struct pending {
	struct iovec remote[IOVS];
	size_t n;
	int forced;			/* one span of addresses, part of which is not writable */
	const uint8_t *data;
};

static int flush(struct task *t, struct pending *p)
{
	size_t n = p->n;

	p->n = 0;
	if (!n)
		return 0;
	if (p->forced)
		return remote_write(t->remote, (uint64_t)(uintptr_t)p->remote[0].iov_base, p->data, p->remote[0].iov_len);
	return remote_write_scattered(t->remote, p->remote, n, p->data);
}

/* A short writable run does not end a span: calls cost more than the slower way for some pages. */
#define SHORT (8 * MEM_PAGE)

static int goes_on(const struct pending *p, const struct mem_chunk_run *run, int writable)
{
	if (!p->n || !p->forced)
		return p->n && p->n < IOVS && writable;
	return run->start == (uint64_t)(uintptr_t)p->remote[0].iov_base + p->remote[0].iov_len && (!writable || run->end - run->start <= SHORT);
}

/* As few calls as can be: one for many writable runs, and one for what lies side by side but is not all writable. */
static int write_runs(struct task *t, struct mem_chunk c)
{
	struct pending p = { .n = 0 };
	struct mem_chunk_run run;
	int ret;

	while ((ret = mem_chunk_next(&c, &run)) > 0) {
		const struct vma *v = run.parent ? NULL : vma_of(t->mm, &run);
		const uint8_t *fills = t->mm->cursor->fills;
		size_t len;

		if (run.parent)
			continue;
		if (!v)
			return -1;
		if (fills && fills[v - t->mm->vmas]) {
			if (flush(t, &p) < 0)
				return -1;
			mem_fill(t->mm, v, &run);
			if (run.start == run.end)
				continue;
		}
		len = (size_t)(run.end - run.start);
		if (!goes_on(&p, &run, v->prot & PROT_WRITE)) {
			if (flush(t, &p) < 0)
				return -1;
			p.forced = !(v->prot & PROT_WRITE);
			p.data = run.data;
		}
		if (p.n && p.forced)
			p.remote[0].iov_len += len;
		else
			p.remote[p.n++] = (struct iovec){ (void *)(uintptr_t)run.start, len };
	}
	return ret < 0 ? -1 : flush(t, &p);
}

int mem_load_chunk(struct task *t, const uint8_t *data, size_t len)
{
	struct mem_chunk c;

	if (!t->mm || !t->mm->cursor)
		return fail_plain("process %d: pages before its mappings", t->pid);
	if (mem_chunk_begin(&c, data, len) < 0 || check_runs(t, c) < 0)
		return fail_context("process %d", t->pid);
	return write_runs(t, c);
}

/*
 * Locks do not pass through fork(2), so memory that was kept is locked again as well. Nothing to lock in, as behind the end of a file or
 * where nothing may be read: ENOMEM, which the flag survives. If it did not, it is missed afterwards.
 */
static int lock(struct mem_plan *p, const struct mm *mm)
{
	for (size_t i = 0; i < mm->nvmas; i++) {
		const struct vma *v = &mm->vmas[i];

		if (mem_advice_in(v, "lo") && mem_plan_call(p, v->prot & PROT_READ && v->file < 0 ? "lock memory" : NULL, SYS_mlock2, v->start, v->end - v->start,
							     mem_advice_in(v, "lf") ? 1 /* MLOCK_ONFAULT */ : 0, 0, 0, 0) < 0)
			return -1;
	}
	return 0;
}

int mem_load_end(struct task *t)
{
	struct mem_plan *p = calloc(1, sizeof(*p));
	int ret;

	if (!p)
		return fail_plain("out of memory");
	p->task = t;
	mem_fill_end(t->mm);
	ret = drop(p, t->mm, t->mm->cursor->at, MEM_TASK_SIZE);
	if (!ret)
		ret = lock(p, t->mm);
	if (!ret)
		ret = mem_plan_run(p);
	t->mm->cursor->at = MEM_TASK_SIZE;
	free(p);
	return ret;
}
