/*
 * scratch.c - memory shared with a target: made in it, mapped here, taken away again, also when an earlier run did not live to do it.
 *
 * Whoever wants to know what a killed run left needs to look at one place: as long as there is a scratch, the stub in the tail of the
 * vdso names its address.
 *
 *	stub written | mmap, mmap | slot made | batches ... | munmap | stub zeroed
 *
 * Two mappings: the code, private and not writable (it is written from outside), and the rest, shared and not executable.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/base/io.h"
#include "core/remote/internal.h"

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

static const size_t sizes[] = { 2u << 20, 256u << 10 };	/* the second one for those short of address space */
#define NSIZES (sizeof(sizes) / sizeof(*sizes))
#define BELOW (64u << 20)		/* farther than a stack grows; near enough to be under the same upper page tables */

int scratch_make_slot(struct remote_process *p)
{
	struct remote_internal *in = internal_of(p);
	size_t calls = p->scratch_size / 4 / sizeof(struct stub_entry);

	if (calls < 2 || SLOT_CODE_SIZE > SLOT_STRIDE || STUB_SIZE > STUB_SIZE_MAX)
		return fail_plain("a scratch of %zu bytes is too small", p->scratch_size);
	in->capacity = (unsigned)calls - 1;
	in->all_slots = 0;
	if (!p->newborn)
		return remote_write(p, p->scratch_remote, remote_slot, SLOT_CODE_SIZE);
	memcpy(p->scratch, remote_slot, SLOT_CODE_SIZE);
	return 0;
}

/* Complete before a thread is sent there. The first one, which may be running, is left as it is. */
int scratch_make_slots(struct remote_process *p)
{
	uint8_t code[SLOT_CTL - SLOT_STRIDE] = { 0 };

	if (internal_of(p)->all_slots)
		return 0;
	for (size_t i = 0; i < SLOTS - 1; i++)
		memcpy(code + i * SLOT_STRIDE, remote_slot, SLOT_CODE_SIZE);
	internal_of(p)->all_slots = 1;
	if (!p->newborn)
		return remote_write(p, p->scratch_remote + SLOT_STRIDE, code, sizeof(code));
	memcpy(p->scratch + SLOT_STRIDE, code, sizeof(code));
	return 0;
}

/* ---- open ---- */

/* Maps the target's scratch here as well. An ordinary user may not (map_files needs CAP_CHECKPOINT_RESTORE): keeps a copy then. */
static int map_here(struct remote_process *p, struct remote_thread *t)
{
	struct remote_internal *in = internal_of(p);
	char path[96];
	void *at;

	snprintf(path, sizeof(path), "/proc/%d/map_files/%llx-%llx", t->tid, (unsigned long long)p->scratch_remote + SLOT_CTL,
		 (unsigned long long)p->scratch_remote + p->scratch_size);
	cleanup_fd int fd = open(path, O_RDWR | O_CLOEXEC);

	in->copied = fd < 0;
	at = mmap(NULL, p->scratch_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (at == MAP_FAILED)
		return fail("map the scratch of process %d", p->pid);
	p->scratch = at;
	if (fd >= 0 && mmap((uint8_t *)at + SLOT_CTL, p->scratch_size - SLOT_CTL, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0) == MAP_FAILED)
		return fail("map the scratch of process %d", p->pid);
	return 0;
}

static int unmap_begin(struct remote_process *p)
{
	struct remote_thread *t = process_runnable(p);
	const struct boot_calls calls = { .nr = SYS_munmap, .args = { p->scratch_remote, p->scratch_size } };

	if (!t)
		return -1;
	return p->scratch_remote ? run_boot_start(t, p->scratch_remote, p->scratch_size, &calls) : 0;
}

static int unmap_end(struct remote_process *p)
{
	struct remote_internal *in = internal_of(p);
	struct remote_thread *t = process_runnable(p);
	uint8_t zero[STUB_SIZE_MAX] = { 0 };
	long ret = 0;

	if (!t || (p->scratch_remote && run_boot_wait(t, &ret, NULL) < 0))
		return -1;
	if (ret < 0) {
		errno = (int)-ret;
		return fail("unmap the scratch of process %d", p->pid);
	}
	p->scratch_remote = 0;
	p->scratch_size = 0;
	if (remote_write(p, in->boot, zero, STUB_SIZE) < 0)
		return -1;
	in->boot = 0;
	return 0;
}

static int is_bad(long result)
{
	return result < 0 && result > -4096;
}

/* As large as there is room for, but smaller than LIMIT; 0: nothing is. */
static size_t size_below(const struct survey *s, size_t limit)
{
	size_t i = 0;

	while (i < NSIZES && (sizes[i] >= limit || s->gap_size < 4 * sizes[i]))
		i++;
	return i < NSIZES ? sizes[i] : 0;
}

/* The data first: a leftover is known by them; then the code. At a multiple of SIZE, BELOW the end of the gap or in its middle. */
static int map_both(struct remote_process *p, struct remote_thread *t, size_t size)
{
	struct remote_internal *in = internal_of(p);
	uint64_t below = in->survey.gap_size / 2 < BELOW ? in->survey.gap_size / 2 : BELOW;
	uint64_t at = (in->survey.gap + in->survey.gap_size - below - size / 2) & ~(uint64_t)(size - 1);
	const struct boot_calls calls = {
		SYS_mmap, SYS_mmap,
		{ at + SLOT_CTL, size - SLOT_CTL, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, (uint64_t)-1, 0 },
		{ at, SLOT_CTL, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE },
	};

	in->trying = (struct trying){ at, size };
	return run_boot_start(t, at, size, &calls);
}

/* The calls of map_both() are waited for; where the first one failed, less is tried. */
static int map_there(struct remote_process *p, struct remote_thread *t, long *result)
{
	struct remote_internal *in = internal_of(p);
	size_t less;
	long next;

	if (run_boot_wait(t, result, &next) < 0)
		return -1;
	while (is_bad(*result) && (less = size_below(&in->survey, in->trying.size)))
		if (map_both(p, t, less) < 0 || run_boot_wait(t, result, &next) < 0)
			return -1;
	if (is_bad(*result))
		return 0;
	p->scratch_remote = in->trying.at;
	p->scratch_size = in->trying.size;
	*result = next;
	return 0;
}

static int fail_memory(const struct remote_process *p, int error)
{
	return fail_refused("process %d cannot get memory for the calls to be run in it: %s", p->pid, strerror(error));
}

static int open_at(struct remote_process *p, struct remote_thread *t)
{
	long ret = 0;

	if (map_there(p, t, &ret) < 0)
		return -1;
	if (is_bad(ret))
		return fail_memory(p, (int)-ret);
	if (map_here(p, t) < 0)
		return -1;
	return scratch_make_slot(p);
}

/* The scratch of newborns is one for all of them, and in all of them: to take a page out of it takes longer the more there are. */
void remote_idle(struct remote_process *p)
{
	struct remote_internal *in = internal_of(p);

	free(in->what);
	in->what = NULL;
	in->whats = 0;
	if (!p->scratch || p->newborn)
		return;
	if (madvise(p->scratch + SLOT_TABLE, p->scratch_size - SLOT_TABLE, MADV_REMOVE) < 0)
		madvise(p->scratch + SLOT_TABLE, p->scratch_size - SLOT_TABLE, MADV_DONTNEED);	/* a copy */
}

/* Takes the way back, keeping the error that is recorded. */
static void undo_open(struct remote_process *p)
{
	struct err_record why;

	err_keep(&why);
	remote_close(p);
	err_restore(&why);
}

int remote_open_begin(struct remote_process *p)
{
	struct remote_internal *in = internal_of(p);
	struct remote_thread *t;
	size_t size;

	in->trying.size = 0;
	if (p->scratch)
		return 0;
	if (in->seccomp)
		return fail_refused("process %d has a seccomp filter; suspending it needs CAP_SYS_ADMIN and CONFIG_CHECKPOINT_RESTORE", p->pid);
	t = process_runnable(p);
	if (!t || (!in->survey.gap_size && remote_survey(p, &in->survey) < 0))
		return -1;
	if (!in->survey.stub)
		return fail_refused("process %d has no executable page with room for %zu bytes of code", p->pid, STUB_SIZE);
	size = size_below(&in->survey, SIZE_MAX);
	if (!size)
		return fail_memory(p, ENOMEM);
	in->boot = in->survey.stub;
	if (map_both(p, t, size) == 0)
		return 0;
	in->trying.size = 0;
	undo_open(p);
	return -1;
}

int remote_open_end(struct remote_process *p)
{
	struct remote_internal *in = internal_of(p);
	struct remote_thread *t;
	int ret;

	if (!in->trying.size)
		return 0;
	t = process_runnable(p);
	ret = t ? open_at(p, t) : -1;
	in->trying.size = 0;
	in->survey.gap_size = 0;
	if (ret < 0)
		undo_open(p);
	return ret;
}

int remote_open(struct remote_process *p)
{
	return remote_open_begin(p) < 0 ? -1 : remote_open_end(p);
}

int remote_close_begin(struct remote_process *p)
{
	struct remote_internal *in = internal_of(p);
	int ret = run_leave_all(p);

	if (p->newborn)
		return ret;
	for (size_t i = 0; i < p->nthreads; i++)
		if (p->threads[i].entered && !p->threads[i].gone)
			return -1;	/* it is still in the stub: that has to stay where it is */
	if (p->scratch)
		munmap(p->scratch, p->scratch_size);
	p->scratch = NULL;
	if (in->boot && unmap_begin(p) < 0)
		return -1;
	in->closing = in->boot != 0;
	return ret;
}

int remote_close_end(struct remote_process *p)
{
	int closing = internal_of(p)->closing;

	internal_of(p)->closing = 0;
	return closing ? unmap_end(p) : 0;
}

int remote_close(struct remote_process *p)
{
	int ret = remote_close_begin(p);

	return remote_close_end(p) < 0 ? -1 : ret;
}

/* ---- what a killed run left ---- */

struct in_use {
	const struct survey *s;
	uint64_t stack;			/* the mapping of this address is searched */
	uint64_t end;
};

static int is_left(const struct survey *s, uint64_t address)
{
	return (address >= s->left && address < s->left + s->left_ctl.size) ||
		(address >= s->left_ctl.scratch && address < s->left_ctl.scratch + s->left_ctl.scratch_size);
}

static int find_stack_end(void *ctx, const struct proc_map *map)
{
	struct in_use *u = ctx;

	if (u->stack < map->start || u->stack >= map->end)
		return 0;
	u->end = map->end;
	return 1;
}

/* On its way home a thread may have been interrupted by a handler: then the way leads through an address on its stack. */
static int is_in_use_by(struct remote_thread *t, const struct survey *s)
{
	struct in_use u = { s, arch_stack(&t->regs), 0 };
	uint64_t word[512];

	if (is_left(s, arch_pc(&t->regs)))
		return 1;
	if (remote_each_map(t->process, find_stack_end, &u) < 0)
		return 1;
	u.stack &= ~(uint64_t)7;
	for (size_t pages = 0; u.stack < u.end && pages < 64; pages++) {
		size_t len = u.end - u.stack < sizeof(word) ? u.end - u.stack : sizeof(word);

		if (remote_read(t->process, u.stack, word, len) < 0) {
			err_clear();
			return 0;
		}
		for (size_t i = 0; i < len / 8; i++)
			if (is_left(s, word[i]))
				return 1;
		u.stack += len;
	}
	return 0;
}

/* The code comes right before the data; how long it is depends on the version. */
struct left {
	const struct survey *s;
	uint64_t code, data;		/* where they begin; 0: there are none */
};

static int find_mappings(void *ctx, const struct proc_map *map)
{
	struct left *l = ctx;
	uint64_t start = l->s->left_ctl.scratch, end = start + l->s->left_ctl.scratch_size;

	if (map->start == start && map->end < end && map->prot == (PROT_READ | PROT_EXEC) && !map->shared && !*map->path)
		l->code = start;
	if (map->start > start && map->start < end && map->end == end && map->prot == (PROT_READ | PROT_WRITE) && map->shared &&
	    !strncmp(map->path, "/dev/zero", 9))
		l->data = map->start;
	return 0;
}

/* Sets what unmap_begin() takes away: nothing when there is no scratch. A run that was killed between the two mappings left the data alone. */
static int find_left(struct remote_process *p, const struct survey *s)
{
	struct left l = { s, 0, 0 };

	if (remote_each_map(p, find_mappings, &l) < 0)
		return -1;
	p->scratch_remote = l.code && l.data ? l.code : l.data;
	p->scratch_size = l.data ? s->left_ctl.scratch + s->left_ctl.scratch_size - p->scratch_remote : 0;
	return 0;
}

int leftover_remove(struct remote_process *p, const struct survey *s)
{
	for (size_t i = 0; i < p->nthreads; i++)
		if (!p->threads[i].zombie && !p->threads[i].gone && is_in_use_by(&p->threads[i], s))
			return 1;
	if (s->left_ctl.size > STUB_SIZE_MAX)
		return fail_refused("process %d carries the stub of an unknown version of cr", p->pid);
	if (find_left(p, s) < 0)
		return -1;
	internal_of(p)->boot = s->left;
	return unmap_begin(p) < 0 ? -1 : unmap_end(p);
}
