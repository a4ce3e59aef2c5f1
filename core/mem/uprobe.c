/*
 * uprobe.c - a breakpoint in text: an int3 that a uprobe or a debugger wrote into a private page of it. Restored, it would kill.
 *
 * Text that was changed otherwise (relocated, patched by the program) is ordinary private memory.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/io.h"
#include "core/look/look.h"
#include "core/mem/mem.h"

#define INT3 0xcc

/* Something is there, and cannot be had. */
static int is_missed(void)
{
	return errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == EIO;
}

/* 1, 0, -1: what runs may have given the page back. */
static int has_breakpoint(const struct scan *s, int mem, int file, const struct vma *v, uint64_t at)
{
	uint8_t now[MEM_PAGE], then[MEM_PAGE];
	ssize_t n = pread(file, then, sizeof(then), (off_t)(v->offset + (at - v->start)));

	if (n < 0 && is_missed())
		return fail("read a mapped file");
	if (n <= 0)
		return 0;
	if (pread(mem, now, sizeof(now), (off_t)at) != (ssize_t)sizeof(now))
		return scan_is_frozen(s) ? fail("read memory at 0x%llx", (unsigned long long)at) : 0;
	for (ssize_t i = 0; i < n; i++)
		if (now[i] == INT3 && then[i] != INT3)
			return 1;
	return 0;
}

static int scan_vma(struct scan *s, struct task *t, int dir, const struct vma *v, struct proc_pagemap *p)
{
	const char *path = s->model->mapped[v->file]->path;
	cleanup_fd int file = -1, mem = -1;
	struct proc_page_run run;
	struct stat st;
	int ret;

	proc_pagemap_begin(p, p->fd, v->start, v->end, &proc_pages_private);
	while ((ret = proc_pagemap_next(p, &run)) > 0) {
		if (file < 0 && (file = path_open_type(path, S_IFREG, O_RDONLY, &st)) < 0)
			return is_missed() ? fail("open %s", path) : 0;		/* a restore will ask for it */
		if (mem < 0 && (ret = proc_open_file(dir, "mem", O_RDONLY, &mem)))
			return ret;
		for (uint64_t at = run.start; at < run.end; at += MEM_PAGE) {
			ret = has_breakpoint(s, mem, file, v, at);
			if (ret)
				return ret < 0 ? -1 : report_refuse(s->report, "uprobe", t->pid, path, "remove the probe or breakpoint",
								    "a breakpoint stands in the program's text near 0x%llx",
								    (unsigned long long)at);
		}
	}
	return ret;
}

int mem_text_scan(struct scan *s, struct task *t, int dir, struct proc_pagemap *pagemap)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < t->mm->nvmas; i++) {
		const struct vma *v = &t->mm->vmas[i];

		if (v->type == VMA_FILE && v->file >= 0 && !v->shared && v->prot & PROT_EXEC && !(v->prot & PROT_WRITE))
			ret = scan_vma(s, t, dir, v, pagemap);
	}
	return ret;
}
