/*
 * compare.c - two address spaces field by field.
 *
 * The kernel merges neighbours that are alike when it can, which depends on their history: 7f00-7f10 and 7f10-7f20 may stand for
 * 7f00-7f20. Both sides are brought to the merged form first.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem/mem.h"

/* Names of private memory follow from the break and the start of the stack, which are compared by themselves. */
static int mergeable(const struct vma *a, const struct vma *b)
{
	if (a->end != b->start || a->type != b->type || (a->type != VMA_ANON && a->type != VMA_FILE))
		return 0;
	if (a->file != b->file || (a->file >= 0 && a->offset + (a->end - a->start) != b->offset))
		return 0;
	return a->prot == b->prot && a->shared == b->shared && a->may == b->may && a->growsdown == b->growsdown &&
		a->noreserve == b->noreserve && a->accounted == b->accounted && !strcmp(a->advice, b->advice) && mem_same_policy(a, b);
}

size_t mem_normalise(const struct vma *in, size_t n, struct vma *out)
{
	size_t m = 0;

	for (size_t i = 0; i < n; i++) {
		if (m && mergeable(&out[m - 1], &in[i])) {
			out[m - 1].end = in[i].end;
			out[m - 1].pages += in[i].pages;
			out[m - 1].parent_pages += in[i].parent_pages;
			continue;
		}
		out[m] = in[i];
		if (out[m].type == VMA_ANON)
			out[m].name = "";
		m++;
	}
	return m;
}

static const char *path_of(const struct model *m, int64_t file)
{
	return file >= 0 && (uint64_t)file < m->nmapped ? m->mapped[file]->path : "";
}

static int same_file(const struct model *a, int64_t i, const struct model *b, int64_t j)
{
	return !strcmp(path_of(a, i), path_of(b, j)) && (i < 0 || j < 0 || a->mapped[i]->writable == b->mapped[j]->writable);
}

/* Numbers of files are the table's own. */
static int differs(const struct model *a, const struct model *b, const struct field *f, const void *x, const void *y)
{
	if (strcmp(f->name, "file") && strcmp(f->name, "exe"))
		return field_differs(f, x, y);
	return !same_file(a, (int64_t)field_get(f, x), b, (int64_t)field_get(f, y));
}

static int say(pid_t pid, const char *where, const struct field *f, const void *x, const void *y)
{
	if (f->type == FIELD_STR || f->type == FIELD_BYTES || f->type == FIELD_LIST || f->type == FIELD_NONE)
		return fail_plain("process %d: %s: '%s' is not as in the image", pid, where, f->name);
	return fail_plain("process %d: %s: '%s' is 0x%llx, in the image 0x%llx", pid, where, f->name,
			  (unsigned long long)field_get(f, y), (unsigned long long)field_get(f, x));
}

static int compare_vmas(const struct model *ma, const struct vma *a, size_t na, const struct model *mb, const struct vma *b, size_t nb, pid_t pid)
{
	char where[64];

	for (size_t i = 0; i < na && i < nb; i++) {
		snprintf(where, sizeof(where), "mapping %llx-%llx", (unsigned long long)a[i].start, (unsigned long long)a[i].end);
		for (const struct field *f = vma_fields; f->name; f++)
			if (differs(ma, mb, f, &a[i], &b[i]))
				return say(pid, where, f, &a[i], &b[i]);
	}
	if (na < nb)
		return fail_plain("process %d: mapping %llx-%llx is not in the image", pid, (unsigned long long)b[na].start, (unsigned long long)b[na].end);
	if (na > nb)
		return fail_plain("process %d: mapping %llx-%llx is missing", pid, (unsigned long long)a[nb].start, (unsigned long long)a[nb].end);
	return 0;
}

int mem_compare(const struct model *image, const struct mm *a, const struct model *rebuilt, const struct mm *b, pid_t pid)
{
	struct vma *va, *vb;
	int ret = -1;

	for (const struct field *f = mm_fields; f->name; f++)
		if (differs(image, rebuilt, f, a, b))
			return say(pid, "memory", f, a, b);
	va = calloc(a->nvmas + 1, sizeof(*va));
	vb = calloc(b->nvmas + 1, sizeof(*vb));
	if (va && vb)
		ret = compare_vmas(image, va, mem_normalise(a->vmas, a->nvmas, va), rebuilt, vb, mem_normalise(b->vmas, b->nvmas, vb), pid);
	else
		fail_plain("out of memory");
	free(va);
	free(vb);
	return ret;
}
