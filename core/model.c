/* model.c - the field tables of the model's own records, and its end. See model.h. */
#include "core/model.h"

#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "core/remote/remote.h"

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

const struct field header_fields[] = {
	FIELD(struct header, format, U64),
	FIELD(struct header, version, STR),
	FIELD(struct header, arch, STR),
	FIELD(struct header, kernel, STR),
	FIELD(struct header, host, STR),
	FIELD(struct header, time, U64),
	FIELD(struct header, monotonic, U64),
	FIELD(struct header, boottime, U64),
	FIELD(struct header, page_size, U64),
	FIELD(struct header, xsave_size, U64),
	FIELD(struct header, xsave_mask, HEX),
	FIELD(struct header, cpu, STR),
	FIELD(struct header, leave_running, BOOL),
	FIELD(struct header, command, STR),
	FIELD(struct header, losses, STR),
	FIELD(struct header, root, U64),
	FIELD_END
};

const struct field task_fields[] = {
	FIELD(struct task, pid, U64),
	FIELD(struct task, ppid, U64),
	FIELD(struct task, pgid, U64),
	FIELD(struct task, sid, U64),
	FIELD(struct task, exit_signal, I64),
	FIELD(struct task, run, STR),
	FIELD(struct task, stop_reported, BOOL),
	FIELD(struct task, exit_code, I64),
	FIELD_UNEQUAL(struct task, starttime, U64, "a restored process starts when it is restored"),
	FIELD_UNEQUAL(struct task, tty_nr, HEX, "the terminal is the restorer's own"),
	FIELD_UNEQUAL(struct task, foreground, BOOL, "the restorer gives it at the release"),
	FIELD_END
};

const struct field thread_fields[] = {
	FIELD(struct thread, tid, U64),
	FIELD(struct thread, zombie, BOOL),
	FIELD_END
};

const struct field mm_fields[] = {
	FIELD(struct mm, id, U64),
	FIELD(struct mm, start_code, HEX),
	FIELD(struct mm, end_code, HEX),
	FIELD(struct mm, start_data, HEX),
	FIELD(struct mm, end_data, HEX),
	FIELD(struct mm, start_brk, HEX),
	FIELD(struct mm, brk, HEX),
	FIELD(struct mm, start_stack, HEX),
	FIELD(struct mm, arg_start, HEX),
	FIELD(struct mm, arg_end, HEX),
	FIELD(struct mm, env_start, HEX),
	FIELD(struct mm, env_end, HEX),
	FIELD(struct mm, auxv, BYTES),
	FIELD(struct mm, command, STR),
	FIELD(struct mm, exe, I64),
	FIELD(struct mm, vdso_hash, HEX),
	FIELD_END
};

const struct field vma_fields[] = {
	FIELD(struct vma, start, HEX),
	FIELD(struct vma, end, HEX),
	FIELD(struct vma, type, U64),
	FIELD(struct vma, prot, U64),
	FIELD(struct vma, shared, BOOL),
	FIELD(struct vma, may, U64),
	FIELD(struct vma, growsdown, BOOL),
	FIELD(struct vma, noreserve, BOOL),
	FIELD(struct vma, accounted, BOOL),
	FIELD(struct vma, offset, HEX),
	FIELD(struct vma, file, I64),
	FIELD(struct vma, name, STR),
	FIELD(struct vma, advice, STR),
	FIELD(struct vma, policy, HEX),
	FIELD(struct vma, nodes, BYTES),
	FIELD_UNEQUAL(struct vma, pages, U64, "counted for the image, not a property of the mapping"),
	FIELD_UNEQUAL(struct vma, parent_pages, U64, "counted for the image, not a property of the mapping"),
	FIELD_END
};

const struct field fd_fields[] = {
	FIELD(struct fd, fd, U64),
	FIELD(struct fd, cloexec, BOOL),
	FIELD(struct fd, file, U64),
	FIELD_END
};

const struct field mapped_fields[] = {
	FIELD(struct mapped_file, path, STR),
	FIELD(struct mapped_file, size, U64),
	FIELD(struct mapped_file, mtime_s, I64),
	FIELD(struct mapped_file, mtime_ns, U64),
	FIELD(struct mapped_file, build_id, STR),
	FIELD(struct mapped_file, hash, STR),
	FIELD(struct mapped_file, writable, BOOL),
	FIELD_END
};

const struct field file_fields[] = {
	FIELD(struct file, id, U64),
	FIELD(struct file, flags, OCT),
	FIELD(struct file, pos, U64),
	FIELD_END
};

/* The place of ID, or the free one where it belongs. */
static struct id *ids_place(const struct ids *ids, pid_t id)
{
	size_t at = (size_t)id * 0x9e3779b97f4a7c15ull >> 20;

	for (;; at++) {
		struct id *place = &ids->v[at & (ids->cap - 1)];

		if (!place->task || place->id == id)
			return place;
	}
}

static int ids_grow(struct ids *ids, struct arena *a)
{
	struct ids larger = { .cap = ids->cap ? 2 * ids->cap : 64, .n = ids->n };

	larger.v = arena_alloc(a, larger.cap * sizeof(*larger.v));
	if (!larger.v)
		return -1;
	for (size_t i = 0; i < ids->cap; i++)
		if (ids->v[i].task)
			*ids_place(&larger, ids->v[i].id) = ids->v[i];
	*ids = larger;
	return 0;
}

int ids_add(struct ids *ids, struct arena *a, pid_t id, struct task *task, uint32_t index)
{
	struct id *place;

	if (2 * ids->n >= ids->cap && ids_grow(ids, a) < 0)
		return -1;
	place = ids_place(ids, id);
	if (place->task)
		return 0;
	*place = (struct id){ id, index, task };
	ids->n++;
	return 0;
}

const struct id *ids_find(const struct ids *ids, pid_t id)
{
	const struct id *place = ids->cap ? ids_place(ids, id) : NULL;

	return place && place->task ? place : NULL;
}

size_t model_first_of_inode(const struct model *m, uint64_t ino)
{
	size_t low = 0, high = m->nfiles;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (m->sorted[mid]->ino < ino)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

struct task *model_task(const struct model *m, pid_t pid)
{
	const struct id *found;

	if (m->pids.n) {
		found = ids_find(&m->pids, pid);
		return found ? found->task : NULL;
	}
	for (size_t i = 0; i < m->ntasks; i++)
		if (m->tasks[i]->pid == pid)
			return m->tasks[i];
	return NULL;
}

void model_place(struct model *m, struct task *t)
{
	t->before = m->ntasks ? m->tasks[m->ntasks - 1] : NULL;
	t->like = m->like && m->ntasks < m->like->ntasks ? m->like->tasks[m->ntasks] : NULL;
}

struct mm *model_add_mm(struct model *m, struct task *t)
{
	const struct task *other = t->like && t->like->mm ? t->like : t->before;

	t->mm = arena_alloc(&m->arena, sizeof(*t->mm));
	if (t->mm && other && other->mm)
		t->mm->vmas_cap = other->mm->nvmas;
	return t->mm;
}

struct thread *model_speaker(const struct task *t)
{
	for (size_t i = 0; i < t->nthreads; i++)
		if (!t->threads[i].zombie)
			return &t->threads[i];
	return NULL;
}

uint64_t model_clock(int clock)
{
	struct timespec t = { 0, 0 };

	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* Most numbers follow each other: N of them from FIRST on. Kernels before Linux 5.9 do not know the call. */
static void close_some(int first, int n)
{
	if (!n || (n > 1 && !syscall(SYS_close_range, first, first + n - 1, 0)))
		return;
	while (n--)
		close(first++);
}

struct closing {
	int first, n;
};

static void close_later(struct closing *c, int *fd)
{
	if (*fd < 0)
		return;
	if (*fd != c->first + c->n) {
		close_some(c->first, c->n);
		*c = (struct closing){ *fd, 0 };
	}
	c->n++;
	*fd = -1;
}

void model_close_files(struct model *m)
{
	struct closing c = { 0, 0 };

	for (size_t i = 0; i < m->nfiles; i++)
		close_later(&c, &m->files[i]->local_fd);
	for (size_t i = 0; i < m->nmapped; i++)
		close_later(&c, &m->mapped[i]->local_fd);
	close_some(c.first, c.n);
}

void model_free(struct model *m)
{
	model_close_files(m);
	for (size_t i = 0; i < m->ntasks; i++)
		if (m->tasks[i]->pidfd >= 0)
			close(m->tasks[i]->pidfd);
	arena_free(&m->arena);
	memset(m, 0, sizeof(*m));
}
