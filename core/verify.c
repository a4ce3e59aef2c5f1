/* verify.c - compares what an image says with what was rebuilt, through the same field tables that encode it. */
#include "core/verify.h"

#include <stdio.h>
#include <string.h>

#include "core/mem/mem.h"
#include "core/unit.h"
#include "image/record.h"

/* The two values of the field, as the image would write them. */
static int differs(const char *where, const struct field *f, const void *image, const void *rebuilt)
{
	const struct field one[] = { *f, FIELD_END };
	cleanup_buf struct buf a = { 0 }, b = { 0 };

	record_print(&a, one, image);
	record_print(&b, one, rebuilt);
	return fail_plain("%s came back different: the image says %.300s, rebuilt %.300s", where, a.p ? a.p : "?", b.p ? b.p : "?");
}

static int compare_fields(const char *where, const struct field *fields, const void *image, const void *rebuilt)
{
	const struct field *f = field_first_difference(fields, image, rebuilt);

	return f ? differs(where, f, image, rebuilt) : 0;
}

static int compare_states(const char *what, pid_t id, enum scope scope, const struct state *a, const struct state *b)
{
	char where[128];

	for (int k = 0; task_kinds[k]; k++) {
		const struct task_kind *kind = task_kinds[k];
		const struct state *x = &a[task_kind_slot(k)], *y = &b[task_kind_slot(k)];

		if (kind->scope != scope || (x->n == y->n && x->items == y->items))	/* one for both: see share.c */
			continue;
		snprintf(where, sizeof(where), "%s of %s %d", kind->name, what, id);
		if (x->n != y->n)
			return fail_plain("%s came back different: the image has %zu records, rebuilt are %zu", where, x->n, y->n);
		for (size_t i = 0; i < x->n; i++)
			if (compare_fields(where, kind->fields, (char *)x->items + i * kind->size, (char *)y->items + i * kind->size) < 0)
				return -1;
	}
	return 0;
}

static int compare_threads(const struct task *a, const struct task *b)
{
	char where[64];

	if (a->nthreads != b->nthreads)
		return fail_plain("process %d has %zu threads, the image says %zu", a->pid, b->nthreads, a->nthreads);
	for (size_t i = 0; i < a->nthreads; i++) {
		snprintf(where, sizeof(where), "thread %d", a->threads[i].tid);
		if (compare_fields(where, thread_fields, &a->threads[i], &b->threads[i]) < 0 ||
		    compare_states("thread", a->threads[i].tid, PER_THREAD, a->threads[i].state, b->threads[i].state) < 0)
			return -1;
	}
	return 0;
}

static int compare_fds(const struct task *a, const struct task *b)
{
	char where[64];

	if (a->nfds != b->nfds)
		return fail_plain("process %d has %zu descriptors, the image says %zu", a->pid, b->nfds, a->nfds);
	for (size_t i = 0; i < a->nfds; i++) {
		snprintf(where, sizeof(where), "descriptor %u of process %d", a->fds[i].fd, a->pid);
		if (compare_fields(where, fd_fields, &a->fds[i], &b->fds[i]) < 0)
			return -1;
	}
	return 0;
}

static int compare_tasks(const struct model *image, const struct task *a, const struct model *rebuilt, const struct task *b)
{
	char where[64];

	snprintf(where, sizeof(where), "process %d", a->pid);
	if (compare_fields(where, task_fields, a, b) < 0 || compare_threads(a, b) < 0 ||
	    compare_states("process", a->pid, PER_TASK, a->state, b->state) < 0 || compare_fds(a, b) < 0)
		return -1;
	if (!a->mm != !b->mm)
		return fail_plain("process %d: one of image and rebuilt has no memory", a->pid);
	return a->mm ? mem_compare(image, a->mm, rebuilt, b->mm, a->pid) : 0;
}

static int compare_files(const struct model *image, const struct model *rebuilt)
{
	char where[64];

	if (image->nfiles != rebuilt->nfiles)
		return fail_plain("%zu open files came back, the image has %zu", rebuilt->nfiles, image->nfiles);
	for (size_t i = 0; i < image->nfiles; i++) {
		const struct file *a = image->files[i], *b = rebuilt->files[i];

		snprintf(where, sizeof(where), "open file %u (%s)", a->id, a->kind->name);
		if (a->kind != b->kind)
			return fail_plain("%s came back as %s", where, b->kind ? b->kind->name : "unknown");
		if (compare_fields(where, file_fields, a, b) < 0 || compare_fields(where, a->kind->fields, a->state, b->state) < 0 ||
		    (a->kind->again && a->kind->again(image, a, b) < 0))
			return -1;
	}
	return 0;
}

int verify_models(const struct model *image, const struct model *rebuilt)
{
	if (image->ntasks != rebuilt->ntasks)
		return fail_plain("%zu processes came back, the image has %zu", rebuilt->ntasks, image->ntasks);
	for (size_t i = 0; i < image->ntasks; i++) {
		const struct task *b = model_task(rebuilt, image->tasks[i]->pid);

		if (!b)
			return fail_plain("process %d did not come back", image->tasks[i]->pid);
		if (compare_tasks(image, image->tasks[i], rebuilt, b) < 0)
			return -1;
	}
	return compare_files(image, rebuilt) < 0 ? -1 : mem_compare_files(image, rebuilt);
}
