/*
 * classify.c - what a mapping is, by its name. Whatever is not known is refused.
 *
 *	(no name)			[heap]		[stack]			[vvar]		[vdso]
 *	/usr/bin/sleep			/dev/zero (deleted)			/SYSV00001234 (deleted)
 *	anon_inode:[io_uring]		/memfd:name (deleted)			/[aio] (deleted)
 */
#include <string.h>

#include "core/look/look.h"
#include "core/mem/mem.h"

static int starts(const char *name, const char *with)
{
	return !strncmp(name, with, strlen(with));
}

/* The number of a segment is its inode. */
static int refuse_segment(const struct mem_look *l)
{
	struct proc_ipc_objects all = { 0 };
	int is_removed = 0;

	if (proc_read_sysvipc("shm", &l->scan->model->arena, &all) == PROC_ERROR)
		return -1;
	for (size_t i = 0; i < all.n; i++)
		is_removed |= (uint64_t)all.v[i].id == l->smap->map.inode && all.v[i].perms / 1000 == 1;
	return mem_refuse(l, "sysv_shm", "detach the segment (shmdt)", "System V shared memory segment %llu%s%s",
			  (unsigned long long)l->smap->map.inode, is_removed ? ", removed: it goes with its last user" : "",
			  l->smap->flags & PROC_VM(HT) ? ", of huge pages" : "");
}

/* Some look like paths, but stand on file systems that the kernel mounts for itself: no mount of ours has them. */
static int refuse_name(const struct mem_look *l)
{
	const char *name = l->smap->map.path;
	const struct check *c = look_check_of(name);

	if (starts(name, "/SYSV"))
		return refuse_segment(l);
	if (starts(name, "socket:["))
		return mem_refuse(l, "packet", "", "the ring of a socket");
	if (starts(name, "[uprobes"))
		return mem_refuse(l, "uprobe", "the process has been probed; it has to be started anew", "the kernel's place for probed instructions");
	if (c)
		return mem_refuse(l, c->name, c->remedy, "%s", c->meaning);
	if (*name == '/')
		return mem_refuse(l, "mount", "", "on a mount that this namespace does not have (device %u:%u)", l->smap->map.major,
				  l->smap->map.minor);
	return mem_refuse(l, "unknown", "", "a mapping of a kind that cr does not know");
}

static int take_anonymous(const struct mem_look *l, struct vma *v)
{
	const struct proc_map *map = &l->smap->map;

	v->type = VMA_ANON;
	if (map->shared || map->inode || map->major || map->minor)
		return refuse_name(l);
	return 0;
}

static int take_kernel(const struct mem_look *l, struct vma *v, enum vma_type type)
{
	v->type = type;
	if (l->smap->flags & PROC_VM(SL))
		return mem_refuse(l, "vma_flags", "boot a kernel without MSEAL_SYSTEM_MAPPINGS", "sealed: it cannot be moved to its place at restore");
	return 0;
}

int mem_classify(const struct mem_look *l, struct vma *v)
{
	const struct proc_map *map = &l->smap->map;
	const char *name = map->path;

	v->type = VMA_ANON;
	v->name = arena_strdup(&l->scan->model->arena, *name == '[' ? name : "");
	if (!v->name)
		return -1;
	if (l->smap->flags & PROC_VM(HT) && !starts(name, "/SYSV"))
		return mem_refuse(l, "vma_flags", "use transparent huge pages", "huge pages (hugetlb)");
	if (!*name || !strcmp(name, "[heap]") || !strcmp(name, "[stack]"))
		return take_anonymous(l, v);
	if (!strcmp(name, "[vdso]"))
		return take_kernel(l, v, VMA_VDSO);
	if (mem_kernel_name(name))
		return take_kernel(l, v, VMA_VVAR);
	if (!strcmp(name, "[vsyscall]"))
		return take_kernel(l, v, VMA_VSYSCALL);
	if (*name != '/' || !*mem_fstype(l->scan, map))
		return refuse_name(l);
	v->type = VMA_FILE;
	v->offset = map->offset;
	return mem_add_file(l, v);
}
