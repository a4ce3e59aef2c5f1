/*
 * preflight.c - before anything is made: do the address spaces of an image make sense, and are the files still the same ones?
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/io.h"
#include "core/look/look.h"
#include "core/mem/mem.h"

#define VSYSCALL 0xffffffffff600000ull
#define OFFSET_MAX ((1ull << 63) - MEM_TASK_SIZE)

static int check_advice(const struct vma *v)
{
	const char *p = v->advice;

	for (const struct mem_advice *a = mem_advices; *a->word; a++)
		if (!strncmp(p, a->word, 2)) {
			p += 2;
			if (*p == ',' && p[1])
				p++;
		}
	return *p ? -1 : 0;
}

static int check_file_reference(const struct model *m, const struct vma *v)
{
	if (v->type != VMA_FILE)
		return v->file == -1 && !v->offset && !v->shared ? 0 : -1;
	if (v->file < 0 || (uint64_t)v->file >= m->nmapped || v->offset % MEM_PAGE || v->offset > OFFSET_MAX || v->growsdown)
		return -1;
	return !v->shared || !(v->may & 2) || m->mapped[v->file]->writable ? 0 : -1;
}

static int check_vma(const struct model *m, const struct task *t, const struct vma *v)
{
	uint64_t pages = (v->end - v->start) / MEM_PAGE;

	if (v->type > VMA_VSYSCALL || v->prot > 7 || v->may > 15 || v->start % MEM_PAGE || v->end % MEM_PAGE || v->start >= v->end)
		return -1;
	if (v->type == VMA_VSYSCALL ? v->start != VSYSCALL : v->end > MEM_TASK_SIZE)
		return -1;
	if (v->pages > pages || v->parent_pages > pages || check_advice(v) < 0 || check_file_reference(m, v) < 0)
		return -1;
	if ((v->pages || v->parent_pages) && !mem_has_pages(v))
		return -1;
	if ((v->type == VMA_VDSO || v->type == VMA_VVAR) && !mem_kernel_name(v->name))
		return -1;
	return v->parent_pages && !mem_inherit_vma(t, v) ? -1 : 0;
}

static int check_mm(const struct model *m, const struct task *t)
{
	const struct mm *mm = t->mm;

	if (mm->id >= m->ntasks || m->tasks[mm->id] != t)
		return fail_image("process %d: its address space is numbered %llu", t->pid, (unsigned long long)mm->id);
	if (mm->exe < 0 || (uint64_t)mm->exe >= m->nmapped)
		return fail_image("process %d has no executable", t->pid);
	if (mm->auxv.len > 4096 || mm->auxv.len % 16)
		return fail_image("process %d: its auxiliary vector has %zu bytes", t->pid, mm->auxv.len);
	for (size_t i = 0; i < mm->nvmas; i++)
		if ((i && mm->vmas[i].start < mm->vmas[i - 1].end) || check_vma(m, t, &mm->vmas[i]) < 0)
			return fail_image("process %d: the mapping at 0x%llx makes no sense", t->pid, (unsigned long long)mm->vmas[i].start);
	return 0;
}

int mem_check(const struct model *m)
{
	for (size_t i = 0; i < m->ntasks; i++)
		if (m->tasks[i]->mm && check_mm(m, m->tasks[i]) < 0)
			return -1;
	return 0;
}

static int look_mm(struct rebuild *r, const struct task *t)
{
	for (size_t i = 0; i < t->mm->nvmas; i++)
		if (mem_policy_preflight(r, t, &t->mm->vmas[i]) < 0)
			return -1;
	return mem_vdso_preflight(r, t);
}

/* ---- files ---- */

/* Without a remedy it is a note. */
static int refuse(struct rebuild *r, const struct mapped_file *f, const char *remedy, const char *what, const char *now, const char *then)
{
	return report_add(r->report, *remedy ? FINDING_REFUSED : FINDING_NOTE, "regular", 0, 0, f->path, remedy,
			  "a mapped file is not the same: its %s is %s, was %s", what, now, then);
}

/* A later time does not matter when the content is known to be the same. A build id stays when somebody patches the program. */
static int compare_content(struct rebuild *r, const struct mapped_file *f, int fd, const struct stat *st)
{
	struct mapped_file now = { .path = f->path, .size = f->size, .build_id = "", .hash = "" };
	char text[2][48];

	snprintf(text[0], sizeof(text[0]), "%lld.%09ld", (long long)st->st_mtim.tv_sec, st->st_mtim.tv_nsec);
	snprintf(text[1], sizeof(text[1]), "%lld.%09u", (long long)f->mtime_s, f->mtime_ns);
	if (!*f->build_id && !*f->hash)
		return refuse(r, f, "put the file back as it was, with its time", "time of change", text[0], text[1]);
	if (mem_identify(&r->model->arena, fd, 1, &now) < 0)
		return -1;
	if (*f->build_id)
		return strcmp(now.build_id, f->build_id) ? refuse(r, f, "install the same version again", "build id",
								  *now.build_id ? now.build_id : "none", f->build_id)
						       : refuse(r, f, "", "time of change", text[0], text[1]);
	return strcmp(now.hash, f->hash) ? refuse(r, f, "put the file back as it was", "hash",
						  *now.hash ? now.hash : "that of a program with a build id", f->hash) : 0;
}

static int open_file(struct rebuild *r, struct mapped_file *f)
{
	char text[2][32];
	struct stat st;

	if (*f->path != '/' || strlen(f->path) >= 4096)
		return fail_image("a mapped file has the path '%s'", look_quote(&r->model->arena, f->path));
	f->local_fd = path_open_type(f->path, S_IFREG, f->writable ? O_RDWR : O_RDONLY, &st);
	if (f->local_fd < 0)
		return report_refuse(r->report, "regular", 0, f->path, "put the file back where it was",
				     "a mapped file cannot be opened: %s", errno == EINVAL ? "not a regular file" : strerror(errno));
	if ((uint64_t)st.st_size != f->size) {
		snprintf(text[0], sizeof(text[0]), "%lld", (long long)st.st_size);
		snprintf(text[1], sizeof(text[1]), "%llu", (unsigned long long)f->size);
		return refuse(r, f, "put the file back as it was", "size", text[0], text[1]);
	}
	if (mem_same_time(f, &st))
		return 0;
	if (compare_content(r, f, f->local_fd, &st) < 0)
		return -1;
	f->mtime_s = st.st_mtim.tv_sec;		/* as it is from here on */
	f->mtime_ns = (uint32_t)st.st_mtim.tv_nsec;
	return 0;
}

/* PR_SET_MM_MAP takes what execve(2) would. */
static int look_exe(struct rebuild *r, const struct task *t, const struct task *before)
{
	const char *path = r->model->mapped[t->mm->exe]->path;

	if ((before && before->mm && before->mm->exe == t->mm->exe) || access(path, X_OK) == 0 || errno == ENOENT)
		return 0;
	return report_refuse(r->report, "regular", 0, path, "make it executable again (chmod +x, a mount without noexec)",
			     "the program cannot be executed: %s", strerror(errno));
}

int mem_preflight(struct rebuild *r)
{
	struct model *m = r->model;

	if (mem_check(m) < 0)
		return -1;
	for (size_t i = 0; i < m->ntasks; i++)
		if (m->tasks[i]->mm && look_mm(r, m->tasks[i]) < 0)
			return -1;
	for (size_t i = 0; i < m->nmapped; i++)
		if (m->mapped[i]->local_fd < 0 && open_file(r, m->mapped[i]) < 0)
			return -1;
	for (size_t i = 0; i < m->ntasks; i++)
		if (m->tasks[i]->mm && look_exe(r, m->tasks[i], i ? m->tasks[i - 1] : NULL) < 0)
			return -1;
	return 0;
}
