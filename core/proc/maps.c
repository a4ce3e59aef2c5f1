/*
 * maps.c - /proc/PID/maps: the mappings of an address space, one a line.
 *
 *	563d572f6000-563d572fb000 r-xp 00002000 fe:00 248056                     /usr/bin/sleep
 *	7fadeb9bd000-7fadeb9bf000 rw-s 00000000 00:01 0                          /SYSV00001234 (deleted)
 *	7ffd2b3f1000-7ffd2b412000 rw-p 00000000 00:00 0                          [stack]
 *	7ffd2b5e0000-7ffd2b5e1000 rw-p 00000000 00:00 0
 *
 * proc_pid_maps(5)
 */
#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/io.h"
#include "core/proc/proc.h"
#include "core/proc/text.h"

static int take_permissions(const char **p, struct proc_map *out)
{
	const char *s = *p;

	if ((s[0] != 'r' && s[0] != '-') || (s[1] != 'w' && s[1] != '-') ||
	    (s[2] != 'x' && s[2] != '-') || (s[3] != 'p' && s[3] != 's'))
		return -1;
	out->prot = (uint8_t)((s[0] == 'r' ? PROT_READ : 0) | (s[1] == 'w' ? PROT_WRITE : 0) | (s[2] == 'x' ? PROT_EXEC : 0));
	out->shared = s[3] == 's';
	*p = s + 4;
	return 0;
}

static int take_numbers(const char **p, struct proc_map *out)
{
	return text_u64(p, 16, &out->start) || text_literal(p, "-") ||
	       text_u64(p, 16, &out->end) || text_literal(p, " ") ||
	       take_permissions(p, out) || text_literal(p, " ") ||
	       text_u64(p, 16, &out->offset) || text_literal(p, " ") ||
	       text_u32(p, 16, &out->major) || text_literal(p, ":") ||
	       text_u32(p, 16, &out->minor) || text_literal(p, " ") ||
	       text_u64(p, 10, &out->inode);
}

/* Only a newline is escaped in this file: any other backslash is one. */
static int undo_newlines(char *path)
{
	char *from = strstr(path, "\\012");
	char *to = from;

	if (!from)
		return 0;
	while (*from) {
		if (!strncmp(from, "\\012", 4)) {
			*to++ = '\n';
			from += 4;
		} else {
			*to++ = *from++;
		}
	}
	*to = '\0';
	return 1;
}

int proc_maps_next(struct arena *a, const char **text, struct proc_map *out)
{
	const char *line = *text;
	const char *p = line;

	if (!*p)
		return 0;
	*out = (struct proc_map){ 0 };
	if (take_numbers(&p, out) || out->start >= out->end || (*p && *p != ' ' && *p != '\n'))
		return text_fail("maps", line);
	text_blanks(&p);
	out->path = text_rest_of_line(a, &p);
	if (!out->path)
		return -1;
	out->escaped = (uint8_t)undo_newlines(out->path);
	*text = *p ? p + 1 : p;
	return 1;
}

int proc_maps_parse(struct arena *a, const char *text, struct proc_maps *out)
{
	size_t cap = 0;
	int r;

	*out = (struct proc_maps){ 0 };
	for (;;) {
		const char *line = text;
		struct proc_map *m = arena_grow(a, &out->v, out->n, &cap, sizeof(*m));

		if (!m)
			return -1;
		r = proc_maps_next(a, &text, m);
		if (r <= 0)
			return r;
		if (out->n && m->start < m[-1].end)
			return text_fail("maps, out of order", line);
		out->n++;
	}
}

int proc_read_maps(int dirfd, struct arena *a, struct proc_maps *out)
{
	cleanup_buf struct buf text = { 0 };
	int r = proc_read_text(dirfd, "maps", &text);

	return r ? r : proc_maps_parse(a, text.p, out);
}

/* From linux/fs.h, which is newer than what most machines have installed (Linux 6.11). */
struct procmap_query {
	uint64_t size, query_flags, query_addr, vma_start, vma_end, vma_flags, vma_page_size, vma_offset, inode;
	uint32_t dev_major, dev_minor, vma_name_size, build_id_size;
	uint64_t vma_name_addr, build_id_addr;
};
#define PROCMAP_QUERY _IOWR('f', 17, struct procmap_query)
#define QUERY_READABLE 1
#define QUERY_EXECUTABLE 4
#define QUERY_SHARED 8

/* A program may have moved its vdso, or written its own vector: the name has the last word. */
int proc_vdso(pid_t tid, uint64_t *start, uint64_t *end)
{
	uint64_t auxv[128];
	char path[40], name[8] = "";
	struct procmap_query q = { .size = sizeof(q), .vma_name_size = sizeof(name), .vma_name_addr = (uintptr_t)name };
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/auxv", tid);
	cleanup_fd int vector = open(path, O_RDONLY | O_CLOEXEC);
	snprintf(path, sizeof(path), "/proc/%d/maps", tid);
	cleanup_fd int maps = open(path, O_RDONLY | O_CLOEXEC);

	n = read(vector, auxv, sizeof(auxv)) / (ssize_t)sizeof(*auxv);
	for (ssize_t i = 0; i + 1 < n; i += 2)
		if (auxv[i] == AT_SYSINFO_EHDR)
			q.query_addr = auxv[i + 1];
	if (ioctl(maps, PROCMAP_QUERY, &q) < 0 || strcmp(name, "[vdso]") ||
	    (q.vma_flags & (QUERY_READABLE | QUERY_EXECUTABLE | QUERY_SHARED)) != (QUERY_READABLE | QUERY_EXECUTABLE))
		return -1;
	*start = q.vma_start;
	*end = q.vma_end;
	return 0;
}
