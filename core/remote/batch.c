/*
 * batch.c - tables of system calls, run in one thread by one stop, and in many threads side by side.
 *
 *	batch_begin(&b, thread);
 *	fd = batch_call(&b, "dup", SYS_dup, 0, 0, 0, 0, 0, 0);
 *	batch_run(&b);
 *	batch_result(&b, fd)
 */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/err.h"
#include "core/remote/internal.h"

_Static_assert(SLOTS == BATCHES_MAX, "remote.h");

/* The first entry is remote_syscall()'s, so that it can come between a batch and the reading of its results. */
static size_t table_offset(const struct batch *b)
{
	return SLOT_TABLE + (b->calls_at + 1) * sizeof(struct stub_entry);
}

static struct stub_entry *table(const struct batch *b)
{
	return (struct stub_entry *)(b->thread->process->scratch + table_offset(b));
}

static const char **whats(const struct batch *b)
{
	return internal_of(b->thread->process)->what + b->calls_at;
}

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
	b->slot = run_slot(thread);
	return 0;
}

/* Each gets at least half of all the room: what fits into one batch also fits into one beside others. */
int batch_begin_beside(struct batch *b, struct remote_thread *thread, const struct batch *before)
{
	struct remote_process *p = thread->process;

	if (batch_begin(b, thread) < 0)
		return -1;
	b->slot = before->slot + 1;
	b->calls_at = before->calls_at + before->ncalls;
	b->data_at = before->data_at + before->data_used;
	return before->alone || b->slot >= SLOTS || b->calls_at > internal_of(p)->capacity / 2 ||
		b->data_at > (p->scratch_size - data_offset(p)) / 2;
}

void *batch_space(struct batch *b, size_t len, uint64_t *remote)
{
	struct remote_process *p = b->thread->process;
	size_t start = data_offset(p) + b->data_at + b->data_used;

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
	unsigned all = internal_of(b->thread->process)->capacity - b->calls_at;

	return b->ncalls < all ? all - b->ncalls : 0;
}

static void fill_entry(struct stub_entry *e, long nr, const uint64_t args[6])
{
	e->nr = (uint64_t)nr;
	memcpy(e->args, args, sizeof(e->args));
	e->result = (uint64_t)-ENOSYS;
}

/* Some hundred are enough for most processes, of whose table only the beginning is ever used. */
static int has_what(const struct batch *b)
{
	struct remote_internal *in = internal_of(b->thread->process);
	size_t n = in->whats ? 2 * in->whats : 256;
	const char **v;

	if (b->calls_at + b->ncalls < in->whats)
		return 1;
	v = realloc(in->what, n * sizeof(*v));
	if (!v)
		return 0;
	in->what = v;
	in->whats = n;
	return 1;
}

unsigned batch_call(struct batch *b, const char *what, long nr,
		    uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5)
{
	const uint64_t args[6] = { a0, a1, a2, a3, a4, a5 };

	if (batch_capacity(b) && !has_what(b))
		b->ncalls = internal_of(b->thread->process)->capacity;
	if (batch_capacity(b)) {
		fill_entry(&table(b)[b->ncalls], nr, args);
		whats(b)[b->ncalls] = what;
	}
	return b->ncalls++;	/* a count above the capacity is what batch_run looks for */
}

/* Inlined it would be what it is there to spare. */
__attribute__((noinline))
unsigned batch_call3(struct batch *b, const char *what, long nr, uint64_t a0, uint64_t a1, uint64_t a2)
{
	return batch_call(b, what, nr, a0, a1, a2, 0, 0, 0);
}

/* Between the scratch and our copy of it, where they are two. OUT: to the target. */
static int move(struct remote_thread *t, size_t offset, size_t len, int out)
{
	struct remote_process *p = t->process;

	if (!internal_of(p)->copied || !len)
		return 0;
	return run_moved(t, out ? remote_write(p, p->scratch_remote + offset, p->scratch + offset, len) :
			 remote_read(p, p->scratch_remote + offset, p->scratch + offset, len));
}

int batch_start(struct batch *b)
{
	struct remote_process *p = b->thread->process;

	if (b->ncalls > internal_of(p)->capacity - b->calls_at)
		return fail_plain("a batch of %u calls for process %d is too long", b->ncalls, p->pid);
	if (move(b->thread, table_offset(b), b->ncalls * sizeof(struct stub_entry), 1) < 0 ||
	    move(b->thread, data_offset(p) + b->data_at, b->data_used, 1) < 0)
		return -1;
	return run_start(b->thread, b->slot, p->scratch_remote + table_offset(b), b->ncalls);
}

int batch_finish(struct batch *b)
{
	struct remote_process *p = b->thread->process;

	if (run_wait(b->thread) < 0)
		return -1;
	if (move(b->thread, table_offset(b), b->ncalls * sizeof(struct stub_entry), 0) < 0 ||
	    move(b->thread, data_offset(p) + b->data_at, b->data_used, 0) < 0)
		return -1;
	for (unsigned i = 0; i < b->ncalls; i++) {
		if (!whats(b)[i] || !is_error(batch_result(b, i)))
			continue;
		errno = (int)-batch_result(b, i);
		return fail("%s", whats(b)[i]);
	}
	return 0;
}

int batch_run(struct batch *b)
{
	return batch_run_together(&b, 1);
}

/* Waits for all from *DONE on, before END. */
static int finish_until(struct batch *const *b, size_t *done, size_t end)
{
	int ret = 0;

	for (; *done < end; ++*done)
		if (b[*done]->ncalls && batch_finish(b[*done]) < 0)
			ret = end > 1 ? fail_context("thread %d", b[*done]->thread->tid) : -1;
	return ret;
}

/* What was started is waited for, whatever becomes of the others. */
int batch_run_together(struct batch *const *b, size_t n)
{
	size_t done = 0, i;
	int ret = 0;

	for (i = 0; !ret && i < n; i++) {
		if (b[i]->alone)
			ret = finish_until(b, &done, i);
		if (!ret && b[i]->ncalls)
			ret = batch_start(b[i]);
		if (!ret && b[i]->alone)
			ret = finish_until(b, &done, i + 1);
	}
	return finish_until(b, &done, ret < 0 ? i - 1 : i) < 0 ? -1 : ret;
}

long batch_result(const struct batch *b, unsigned index)
{
	return index < internal_of(b->thread->process)->capacity - b->calls_at ? (long)table(b)[index].result : -E2BIG;
}

int remote_syscall(struct remote_thread *t, long *result, long nr,
		   uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5)
{
	struct remote_process *p = t->process;
	const uint64_t args[6] = { a0, a1, a2, a3, a4, a5 };
	const size_t at = SLOT_TABLE;

	if (!p->scratch)
		return fail_plain("process %d has no scratch", p->pid);
	fill_entry((struct stub_entry *)(p->scratch + at), nr, args);
	if (move(t, at, sizeof(struct stub_entry), 1) < 0 || run_start(t, run_slot(t), p->scratch_remote + at, 1) < 0 ||
	    run_wait(t) < 0 || move(t, at, sizeof(struct stub_entry), 0) < 0)
		return -1;
	*result = (long)((struct stub_entry *)(p->scratch + at))->result;
	return 0;
}
