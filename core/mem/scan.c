/*
 * scan.c - an address space from outside: smaps, stat, auxv, exe.
 *
 *	563d572f4000-563d572f6000 r--p 00000000 fe:00 248056                     /usr/bin/sleep
 *	VmFlags: rd mr mw me
 *
 * proc_pid_smaps(5), proc_pid_stat(5)
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "core/base/io.h"
#include "core/mem/mem.h"

#define COMMAND_MAX 4096

/* A program file has five mappings or more: the first one of them says it for all. */
static int is_said(const struct report *r, const char *id, pid_t pid, const char *path, const char *meaning)
{
	for (size_t i = 0; *path == '/' && i < r->n; i++) {
		const struct finding *f = &r->findings[i];
		const char *name = strchr(f->object, ' ');

		if (name && f->pid == pid && !strcmp(f->id, id) && !strcmp(name + 1, path) && !strcmp(f->meaning, meaning))
			return strcmp(id, "shared_memory") != 0;
	}
	return 0;
}

int mem_refuse(const struct mem_look *l, const char *id, const char *remedy, const char *meaning, ...)
{
	const struct proc_map *map = &l->smap->map;
	cleanup_buf struct buf object = { 0 };
	char text[512];
	va_list args;

	va_start(args, meaning);
	vsnprintf(text, sizeof(text), meaning, args);
	va_end(args);
	*l->refused = 1;
	if (is_said(l->scan->report, id, l->task->pid, map->path, text))
		return 0;
	buf_printf(&object, "%llx-%llx%s%s", (unsigned long long)map->start, (unsigned long long)map->end, *map->path ? " " : "", map->path);
	if (buf_check(&object) < 0)
		return -1;
	for (char *p = object.p; *p; p++)	/* a name cannot steer a terminal */
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = '?';
	return report_refuse(l->scan->report, id, l->task->pid, object.p, remedy, "%s", text);
}

/* The scratch of a frozen tree is ours, all of its mapping: a newborn's is shared by its relatives. */
static int is_scratch(const struct task *t, const struct proc_map *map)
{
	const struct remote_process *p = t->remote;

	return p && p->scratch_size && map->start < p->scratch_remote + p->scratch_size && map->end > p->scratch_remote;
}

struct maps {
	struct scan *scan;
	struct task *task;
};

static int add_vma(void *ctx, const struct proc_smap *smap)
{
	const struct maps *m = ctx;
	struct mm *mm = m->task->mm;
	int refused = 0;
	const struct mem_look l = { m->scan, m->task, smap, &refused };
	struct vma *v;

	if (is_scratch(m->task, &smap->map))
		return 0;
	v = arena_grow(&m->scan->model->arena, &mm->vmas, mm->nvmas, &mm->vmas_cap, sizeof(*v));
	if (!v)
		return -1;
	mm->nvmas++;
	v->start = smap->map.start;
	v->end = smap->map.end;
	v->prot = smap->map.prot;
	v->shared = smap->map.shared;
	v->file = -1;
	v->name = v->advice = "";
	if (mem_classify(&l, v) < 0)
		return -1;
	mm->writes_files |= v->shared && v->prot & PROT_WRITE;
	return mem_flags(&l, v);
}

static int scan_maps(struct scan *s, struct task *t, int dir)
{
	struct maps m = { s, t };
	int ret = proc_each_smap(dir, add_vma, &m);

	if (ret == PROC_ABSENT)
		return fail_plain("process %d: no smaps: this kernel lacks CONFIG_PROC_PAGE_MONITOR", t->pid);
	/* The memory of a process that is about to end goes first. */
	if (ret == PROC_OK && !t->mm->nvmas)
		return PROC_GONE;
	return ret;
}

/* All threads show the same numbers. */
static int scan_numbers(const struct task *t, struct mm *mm)
{
	const struct proc_stat *st = t->stat;

	if (!st)
		return PROC_GONE;
	mm->start_code = st->start_code;
	mm->end_code = st->end_code;
	mm->start_data = st->start_data;
	mm->end_data = st->end_data;
	mm->start_brk = mm->brk = st->start_brk;
	mm->start_stack = st->start_stack;
	mm->arg_start = st->arg_start;
	mm->arg_end = st->arg_end;
	mm->env_start = st->env_start;
	mm->env_end = st->env_end;
	return 0;
}

/*
 * A program that is being loaded has a part of its mappings, and its auxiliary vector comes last (load_elf_binary() in fs/binfmt_elf.c): it
 * may stay so for a while, and has to be looked at again.
 */
static int scan_auxv(struct scan *s, struct mm *mm, int dir)
{
	cleanup_buf struct buf b = { 0 };
	cleanup_fd int fd = -1;
	int ret = proc_open_file(dir, "auxv", O_RDONLY, &fd);
	uint64_t type = 0;

	if (ret)
		return ret < 0 ? -1 : PROC_GONE;
	if (io_read_all(fd, &b, 65536) < 0)
		return -1;
	if (b.len >= sizeof(type))
		memcpy(&type, b.p, sizeof(type));
	if (b.len && !type && !scan_is_frozen(s))
		return fail_plain("it is just executing another program");
	mm->auxv.len = b.len;
	mm->auxv.p = arena_copy(&s->model->arena, b.p, b.len);
	return mm->auxv.p ? 0 : -1;
}

static int scan_command(struct scan *s, struct mm *mm, int dir)
{
	cleanup_buf struct buf b = { 0 };

	if (io_read_file(dir, "cmdline", &b) < 0)
		return errno == ESRCH || errno == ENOENT ? PROC_GONE : fail("read cmdline");
	for (size_t i = 0; i + 1 < b.len; i++)
		if (!b.p[i])
			b.p[i] = ' ';
	mm->command = arena_strndup(&s->model->arena, b.p ? b.p : "", b.len < COMMAND_MAX ? b.len : COMMAND_MAX);
	return mm->command ? 0 : -1;
}

static int may_guard(const struct vma *v)
{
	return v->type == VMA_ANON || v->type == VMA_FILE;
}

static int report_guards(struct scan *s, const struct task *t, uint64_t at)
{
	char object[64] = "";

	for (size_t i = 0; i < t->mm->nvmas; i++) {
		const struct vma *v = &t->mm->vmas[i];

		if (at >= v->start && at < v->end)
			snprintf(object, sizeof(object), "%llx-%llx", (unsigned long long)v->start, (unsigned long long)v->end);
	}
	return report_refuse(s->report, "vma_flags", t->pid, object, "", "guard pages (MADV_GUARD_INSTALL) from 0x%llx on",
			     (unsigned long long)at);
}

/* Guard pages show in no flag on some kernels (6.13 to 6.17), so the page tables are asked: of neighbours, all at once. */
static int scan_guards(struct scan *s, struct task *t, struct proc_pagemap *pagemap)
{
	struct proc_page_run run;
	size_t next;
	int ret;

	for (size_t i = 0; i < t->mm->nvmas; i = next) {
		const struct vma *v = &t->mm->vmas[i];

		for (next = i + 1; next < t->mm->nvmas && may_guard(v) && may_guard(&v[next - i]) && v[next - i].start == v[next - i - 1].end; )
			next++;
		if (!may_guard(v))
			continue;
		proc_pagemap_begin(pagemap, pagemap->fd, v->start, v[next - i - 1].end, &proc_pages_guard);
		ret = proc_pagemap_next(pagemap, &run);
		if (ret < 0)
			return errno == ESRCH ? PROC_GONE : -1;
		if (ret && report_guards(s, t, run.start) < 0)
			return -1;
	}
	return 0;
}

/* What only the page tables tell. */
static int scan_pages(struct scan *s, struct task *t, int dir)
{
	static struct proc_pagemap pagemap;	/* one for all: of a thousand processes, each would keep its own */
	cleanup_fd int fd = -1;
	int ret = proc_open_file(dir, "pagemap", O_RDONLY, &fd);

	pagemap.fd = fd;
	if (!ret)
		ret = scan_guards(s, t, &pagemap);
	if (!ret)
		ret = mem_text_scan(s, t, dir, &pagemap);
	return ret;
}

/* All but the mappings. */
static int scan_rest(struct scan *s, struct task *t, int dir)
{
	int ret = scan_numbers(t, t->mm);

	if (!ret)
		ret = scan_auxv(s, t->mm, dir);
	if (!ret)
		ret = scan_command(s, t->mm, dir);
	if (!ret)
		ret = mem_add_exe(s, t, dir);
	if (!ret)
		ret = mem_vdso_scan(s, t, dir);
	if (!ret)
		ret = scan_pages(s, t, dir);
	return ret;
}

static int scan_all(struct scan *s, struct task *t, int dir)
{
	struct policy_look policies;
	int ret = scan_maps(s, t, dir);

	if (ret)
		return ret;
	mem_policy_look(&policies, s, t);
	ret = scan_rest(s, t, dir);
	mem_policy_looked(&policies, s);
	return ret;
}

int mem_scan(struct scan *s, struct task *t)
{
	int dir, ret = task_folder(s, t, NULL, &dir);

	if (ret)
		return ret == PROC_ABSENT ? PROC_GONE : ret;
	if (!model_add_mm(s->model, t))
		return -1;
	t->mm->exe = -1;
	while (t->mm->id < s->model->ntasks && s->model->tasks[t->mm->id] != t)
		t->mm->id++;
	ret = scan_all(s, t, dir);
	if (ret == PROC_ABSENT)
		ret = PROC_GONE;
	if (ret)
		t->mm = NULL;
	return ret < 0 ? fail_context("process %d", t->pid) : ret;
}
