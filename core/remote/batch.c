/*
 * batch.c - tables of system calls, run in one thread by one stop.
 *
 *	batch_begin(&b, thread);
 *	fd = batch_call(&b, "dup", SYS_dup, 0, 0, 0, 0, 0, 0);
 *	batch_run(&b);
 *	batch_result(&b, fd)
 */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "core/base/err.h"
#include "core/remote/internal.h"

static struct stub_entry *table(const struct remote_process *p)
{
	return (struct stub_entry *)(p->scratch + SLOT_TABLE);
}

/* The last entry is remote_syscall()'s, so that it can come between a batch and the reading of its results. */
static size_t data_offset(const struct remote_process *p)
{
	return SLOT_TABLE + ((size_t)internal_of(p)->capacity + 1) * sizeof(struct stub_entry);
}

static int is_error(long result)
{
	return result < 0 && result >= -4095;
}

int batch_begin(struct batch *b, struct remote_thread *thread)
{
	memset(b, 0, sizeof(*b));
	b->thread = thread;
	if (!thread->process->scratch)
		return fail_plain("process %d has no scratch", thread->process->pid);
	return 0;
}

void *batch_space(struct batch *b, size_t len, uint64_t *remote)
{
	struct remote_process *p = b->thread->process;
	size_t start = data_offset(p) + b->data_used;

	if (start > p->scratch_size || len > p->scratch_size - start) {
		fail_plain("a batch for process %d has no room for %zu bytes", p->pid, len);
		return NULL;
	}
	b->data_used += (len + 15) & ~(size_t)15;
	memset(p->scratch + start, 0, len);
	*remote = p->scratch_remote + start;
	return p->scratch + start;
}

uint64_t batch_put(struct batch *b, const void *data, size_t len)
{
	uint64_t remote;
	void *at = batch_space(b, len, &remote);

	if (!at)
		return 0;
	memcpy(at, data, len);
	return remote;
}

unsigned batch_capacity(const struct batch *b)
{
	unsigned all = internal_of(b->thread->process)->capacity;

	return b->ncalls < all ? all - b->ncalls : 0;
}

static void fill_entry(struct stub_entry *e, long nr, const uint64_t args[6])
{
	e->nr = (uint64_t)nr;
	memcpy(e->args, args, sizeof(e->args));
	e->result = (uint64_t)-ENOSYS;
}

unsigned batch_call(struct batch *b, const char *what, long nr,
		    uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5)
{
	struct remote_process *p = b->thread->process;
	const uint64_t args[6] = { a0, a1, a2, a3, a4, a5 };

	if (b->ncalls < internal_of(p)->capacity) {
		fill_entry(&table(p)[b->ncalls], nr, args);
		internal_of(p)->what[b->ncalls] = what;
	}
	return b->ncalls++;	/* a count above the capacity is what batch_run looks for */
}

/* Between the scratch and our copy of it, where they are two. OUT: to the target. */
static int move(struct remote_thread *t, size_t offset, size_t len, int out)
{
	struct remote_process *p = t->process;
	int ret;
	char state;

	if (!internal_of(p)->copied || !len)
		return 0;
	ret = out ? remote_write(p, p->scratch_remote + offset, p->scratch + offset, len) :
		remote_read(p, p->scratch_remote + offset, p->scratch + offset, len);
	if (ret < 0) {
		state = task_state(t->tid);
		if (!state || state == 'Z' || state == 'X')
			return run_gone(t);
	}
	return ret;
}

int batch_run(struct batch *b)
{
	struct remote_process *p = b->thread->process;
	size_t calls = b->ncalls * sizeof(struct stub_entry);

	if (b->ncalls > internal_of(p)->capacity)
		return fail_plain("a batch of %u calls for process %d is too long", b->ncalls, p->pid);
	if (!b->ncalls)
		return 0;
	if (move(b->thread, SLOT_TABLE, calls, 1) < 0 || move(b->thread, data_offset(p), b->data_used, 1) < 0)
		return -1;
	if (run_table(b->thread, p->scratch_remote + SLOT_TABLE, b->ncalls) < 0)
		return -1;
	if (move(b->thread, SLOT_TABLE, calls, 0) < 0 || move(b->thread, data_offset(p), b->data_used, 0) < 0)
		return -1;
	for (unsigned i = 0; i < b->ncalls; i++) {
		if (!internal_of(p)->what[i] || !is_error(batch_result(b, i)))
			continue;
		errno = (int)-batch_result(b, i);
		return fail("%s", internal_of(p)->what[i]);
	}
	return 0;
}

long batch_result(const struct batch *b, unsigned index)
{
	struct remote_process *p = b->thread->process;

	return index < internal_of(p)->capacity ? (long)table(p)[index].result : -E2BIG;
}

int remote_syscall(struct remote_thread *t, long *result, long nr,
		   uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5)
{
	struct remote_process *p = t->process;
	const uint64_t args[6] = { a0, a1, a2, a3, a4, a5 };
	size_t at;

	if (!p->scratch)
		return fail_plain("process %d has no scratch", p->pid);
	at = data_offset(p) - sizeof(struct stub_entry);
	fill_entry((struct stub_entry *)(p->scratch + at), nr, args);
	if (move(t, at, sizeof(struct stub_entry), 1) < 0 || run_table(t, p->scratch_remote + at, 1) < 0 ||
	    move(t, at, sizeof(struct stub_entry), 0) < 0)
		return -1;
	*result = (long)((struct stub_entry *)(p->scratch + at))->result;
	return 0;
}
