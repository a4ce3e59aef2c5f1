/*
 * mapped.c - files that are mapped or executed: does the path lead to them, and what tells them from others?
 *
 *	563d572f4000-563d572f6000 r--p 00000000 fe:00 248056                     /usr/bin/sleep
 *	/proc/41/map_files/563d572f4000-563d572f6000 -> /usr/bin/sleep
 *
 * The device number stands in our mount table, or nothing is asked about the file: it may be on a server that hangs.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "core/base/io.h"
#include "core/look/look.h"
#include "core/look/mounts.h"
#include "core/mem/mem.h"

const char *mem_fstype(const struct scan *s, const struct proc_map *map)
{
	const struct proc_mounts *mounts = &s->mounts->mounts;

	for (size_t i = 0; i < mounts->n; i++)
		if (mounts->v[i].major == map->major && mounts->v[i].minor == map->minor)
			return mounts->v[i].fstype;
	return "";
}

/* 1: a file system of plain data, reached without asking a server; 0 reported; -1. */
static int on_local_fs(const struct mem_look *l)
{
	const char *fstype = mem_fstype(l->scan, &l->smap->map), *way;
	int ret;

	switch (fs_class(fstype)) {
	case FS_LOCAL:
	case FS_DEVICE:
		way = mounts_unsafe_on_way(l->scan->mounts, l->smap->map.path);
		if (!way)
			return 1;
		ret = mem_refuse(l, "network_fs", "copy the file to a local disk", "on the way to it is a file system that may hang (%s)", way);
		break;
	case FS_PROC:
		ret = mem_refuse(l, "procfs", "", "a file of /proc is mapped");
		break;
	case FS_NETWORK:
	case FS_AUTOMOUNT:
		ret = mem_refuse(l, "network_fs", "copy the file to a local disk", "a file on a network file system (%s) is mapped", fstype);
		break;
	case FS_UNKNOWN:
		ret = mem_refuse(l, "network_fs", "", "on a file system that is not known to be local (%s)", fstype);
		break;
	default:
		ret = mem_refuse(l, "sysfs", "", "a file of the kernel (%s) is mapped", fstype);
	}
	return ret < 0 ? -1 : 0;
}

/* What is really mapped. Without the link (no right, or the leader has exited) only the numbers in maps are known. */
static int stat_mapped(const struct mem_look *l, struct stat *st)
{
	const struct proc_map *map = &l->smap->map;
	char path[96];

	snprintf(path, sizeof(path), "/proc/%d/map_files/%llx-%llx", l->task->pid, (unsigned long long)map->start,
		 (unsigned long long)map->end);
	if (!stat(path, st))
		return 1;
	memset(st, 0, sizeof(*st));
	st->st_dev = makedev(map->major, map->minor);
	st->st_ino = map->inode;
	st->st_nlink = 1;
	return 0;
}

/*
 * Does its path lead to the file, and may it be opened again? 1 it does, 0 reported, -1. It is not opened yet: that would end a lease, and
 * show in inotify, of the tree itself maybe; or wait for a fanotify of it.
 */
static int find_by_path(const struct mem_look *l, uint32_t writable, struct stat *st)
{
	const char *path = l->smap->map.path;
	struct stat mapped;
	int exact = stat_mapped(l, &mapped);

	if (exact && !S_ISREG(mapped.st_mode))
		return mem_refuse(l, "device", "", "device %u:%u is mapped", major(mapped.st_rdev), minor(mapped.st_rdev));
	cleanup_fd int fd = l->smap->map.escaped ? -1 : path_open_type(path, S_IFREG, O_PATH, st);

	if (fd >= 0 && st->st_dev == mapped.st_dev && st->st_ino == mapped.st_ino) {
		if (!path_denies(path, writable ? O_RDWR : O_RDONLY))
			return 1;
		return mem_refuse(l, "regular", PATH_DENIED, "the file may not be opened again (mode, chattr +i or +a)");
	}
	if (look_is_deleted(path) || !mapped.st_nlink)
		return mem_refuse(l, "unlinked", "", "the mapped file has been removed or replaced");
	if (l->smap->map.escaped)
		return mem_refuse(l, "unknown", "rename the file", "the name of the file holds a line break");
	if (fd < 0)
		return mem_refuse(l, "mount", "", "the file cannot be found by its path: %s", strerror(errno));
	return mem_refuse(l, "mount", "", LEADS_ELSEWHERE, "its path");
}

static struct mapped_file *find(const struct model *m, const struct proc_map *map, uint32_t writable, int64_t *index)
{
	for (size_t i = 0; i < m->nmapped; i++) {
		struct mapped_file *f = m->mapped[i];

		if (f->ino == map->inode && f->dev == makedev(map->major, map->minor) && f->writable == writable &&
		    !strcmp(f->path, map->path)) {
			*index = (int64_t)i;
			return f;
		}
	}
	return NULL;
}

static struct mapped_file *add(struct model *m, const struct proc_map *map, const struct stat *st, uint32_t writable, int64_t *index)
{
	struct mapped_file *f = arena_alloc(&m->arena, sizeof(*f));

	if (!f || !arena_grow(&m->arena, &m->mapped, m->nmapped, &m->mapped_cap, sizeof(*m->mapped)) ||
	    !(f->path = arena_strdup(&m->arena, map->path)))
		return NULL;
	f->size = (uint64_t)st->st_size;
	f->mtime_s = st->st_mtim.tv_sec;
	f->mtime_ns = (uint32_t)st->st_mtim.tv_nsec;
	f->build_id = f->hash = "";
	f->writable = writable;
	f->dev = makedev(map->major, map->minor);
	f->ino = map->inode;
	f->local_fd = -1;
	*index = (int64_t)m->nmapped;
	m->mapped[m->nmapped++] = f;
	return f;
}

/* A shared mapping is the file, whatever is in it; a private one may be a mixture of the file and of what was written. */
int mem_add_file(const struct mem_look *l, struct vma *v)
{
	struct model *m = l->scan->model;
	uint32_t writable = v->shared && l->smap->flags & PROC_VM(MW);
	struct mapped_file *f = find(m, &l->smap->map, writable, &v->file);
	struct stat st;
	int ret;

	if (!f) {
		ret = on_local_fs(l);
		if (ret > 0)
			ret = find_by_path(l, writable, &st);
		if (ret <= 0)
			return ret;
		f = add(m, &l->smap->map, &st, writable, &v->file);
	}
	if (!f)
		return -1;
	f->want_hash |= !v->shared || v->prot & 4;
	/* Databases are locked and mapped like this; to ask it of all files would cost too much. */
	l->scan->ask_locks |= writable;
	return 0;
}

/* The executable is nearly always mapped: then nothing needs to be asked again. */
static int find_exe(struct model *m, struct mm *mm, const char *path)
{
	for (size_t i = 0; i < mm->nvmas; i++) {
		const struct vma *v = &mm->vmas[i];

		if (v->type == VMA_FILE && v->file >= 0 && !m->mapped[v->file]->writable && !strcmp(m->mapped[v->file]->path, path)) {
			mm->exe = v->file;
			return 1;
		}
	}
	return 0;
}

/* The executable was unmapped by the program itself. The link's target is opened by path only, as its mount is not known. */
static int add_unmapped_exe(struct scan *s, struct task *t, int dir, const char *path)
{
	const char *way = mounts_unsafe_on_way(s->mounts, path);
	struct stat st, exe;
	cleanup_fd int fd = way ? -1 : path_open_type(path, S_IFREG, O_PATH, &st);
	struct proc_map map = { .path = (char *)path };
	struct mapped_file *f;

	if (fd < 0 || fstatat(dir, "exe", &exe, 0) || st.st_dev != exe.st_dev || st.st_ino != exe.st_ino)
		return report_refuse(s->report, look_is_deleted(path) ? "unlinked" : "mount", t->pid, path,
				     "put the file back and start the program anew", "the path of the executable does not lead to it");
	map.major = major(st.st_dev);
	map.minor = minor(st.st_dev);
	map.inode = st.st_ino;
	if (find(s->model, &map, 0, &t->mm->exe))
		return 0;
	f = add(s->model, &map, &st, 0, &t->mm->exe);
	if (!f)
		return -1;
	f->want_hash = 1;
	return 0;
}

int mem_add_exe(struct scan *s, struct task *t, int dir)
{
	cleanup_buf struct buf link = { 0 };
	int ret = proc_read_link(dir, "exe", &link);

	if (ret)
		return ret;
	if (find_exe(s->model, t->mm, link.p))
		return 0;
	return add_unmapped_exe(s, t, dir, link.p);
}
