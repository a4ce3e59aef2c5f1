/*
 * compare.c - two address spaces field by field.
 *
 * The kernel merges neighbours that are alike when it can, which depends on their history: 7f00-7f10 and 7f10-7f20 may stand for
 * 7f00-7f20. Both sides are looked at in the merged form.
 */
#include <stdio.h>
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

int mem_merged(const struct vma *v, size_t n, size_t *at, struct vma *out)
{
	if (*at == n)
		return 0;
	*out = v[(*at)++];
	if (out->type == VMA_ANON)
		out->name = "";
	for (; *at < n && mergeable(out, &v[*at]); ++*at) {
		out->end = v[*at].end;
		out->pages += v[*at].pages;
		out->parent_pages += v[*at].parent_pages;
	}
	return 1;
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

static int say_mapping(pid_t pid, const struct vma *v, const char *what)
{
	return fail_plain("process %d: mapping %llx-%llx is %s", pid, (unsigned long long)v->start, (unsigned long long)v->end, what);
}

static int compare_vma(const struct model *ma, const struct vma *a, const struct model *mb, const struct vma *b, pid_t pid)
{
	char where[64];

	for (const struct field *f = vma_fields; f->name; f++) {
		if (!differs(ma, mb, f, a, b))
			continue;
		snprintf(where, sizeof(where), "mapping %llx-%llx", (unsigned long long)a->start, (unsigned long long)a->end);
		return say(pid, where, f, a, b);
	}
	return 0;
}

static int compare_vmas(const struct model *ma, const struct mm *a, const struct model *mb, const struct mm *b, pid_t pid)
{
	struct vma x, y;
	size_t i = 0, j = 0;

	for (;;) {
		int is_x = mem_merged(a->vmas, a->nvmas, &i, &x), is_y = mem_merged(b->vmas, b->nvmas, &j, &y);

		if (!is_x && !is_y)
			return 0;
		if (!is_x)
			return say_mapping(pid, &y, "not in the image");
		if (!is_y)
			return say_mapping(pid, &x, "missing");
		if (compare_vma(ma, &x, mb, &y, pid) < 0)
			return -1;
	}
}

int mem_compare(const struct model *image, const struct mm *a, const struct model *rebuilt, const struct mm *b, pid_t pid)
{
	for (const struct field *f = mm_fields; f->name; f++)
		if (differs(image, rebuilt, f, a, b))
			return say(pid, "memory", f, a, b);
	return compare_vmas(image, a, rebuilt, b, pid);
}
