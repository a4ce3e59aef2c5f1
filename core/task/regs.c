/*
 * regs.c - what the processor holds for a thread: general registers, floating point and vector state; and its signal mask.
 *
 *	ptrace(2): PTRACE_GETREGSET NT_PRSTATUS, NT_X86_XSTATE (an XSAVE area in its standard format), PTRACE_GETSIGMASK
 *
 * Interrupted system calls and rseq sections are the engine's business: remote_image_regs(). The mask is the one that the thread
 * comes back to, also when it was stopped inside sigsuspend(2). Debug registers are a tracer's, who may have left them as they were: then
 * the thread is refused as one that is traced.
 */
#include <stdlib.h>
#include <cpuid.h>
#include <sys/ptrace.h>
#include <sys/user.h>

#include "core/task/task.h"

#define XSTATE_MAX 65536
#define XSTATE_SOFTWARE 464		/* 48 bytes for the kernel's own use; the first 8 say which features there are */
#define XSTATE_BV 512			/* which components are not in their initial state */
#define XSTATE_HEADER_END 576
#define XSTATE_PLAIN 0x2e7u		/* x87 SSE AVX, AVX-512 (3 parts), PKRU: no permission is needed to have them */

struct regs {
	uint64_t r15, r14, r13, r12, rbp, rbx, r11, r10, r9, r8, rax, rcx, rdx, rsi, rdi, orig_rax, rip, cs, eflags, rsp, ss,
		fs_base, gs_base, ds, es, fs, gs;	/* as in struct user_regs_struct */
	uint64_t sigmask;
	struct bytes xstate;		/* packed */
};

_Static_assert(offsetof(struct regs, sigmask) == sizeof(struct user_regs_struct), "the same registers in the same order");

static const struct field regs_fields[] = {
	FIELD(struct regs, r15, HEX),
	FIELD(struct regs, r14, HEX),
	FIELD(struct regs, r13, HEX),
	FIELD(struct regs, r12, HEX),
	FIELD(struct regs, rbp, HEX),
	FIELD(struct regs, rbx, HEX),
	FIELD(struct regs, r11, HEX),
	FIELD(struct regs, r10, HEX),
	FIELD(struct regs, r9, HEX),
	FIELD(struct regs, r8, HEX),
	FIELD(struct regs, rax, HEX),
	FIELD(struct regs, rcx, HEX),
	FIELD(struct regs, rdx, HEX),
	FIELD(struct regs, rsi, HEX),
	FIELD(struct regs, rdi, HEX),
	FIELD(struct regs, orig_rax, HEX),
	FIELD(struct regs, rip, HEX),
	FIELD(struct regs, cs, HEX),
	FIELD(struct regs, eflags, HEX),
	FIELD(struct regs, rsp, HEX),
	FIELD(struct regs, ss, HEX),
	FIELD(struct regs, fs_base, HEX),
	FIELD(struct regs, gs_base, HEX),
	FIELD(struct regs, ds, HEX),
	FIELD(struct regs, es, HEX),
	FIELD(struct regs, fs, HEX),
	FIELD(struct regs, gs, HEX),
	FIELD(struct regs, sigmask, HEX),
	FIELD(struct regs, xstate, BYTES),
	FIELD_END
};

static uint64_t get64(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/*
 * The same state always gives the same bytes: the processor may or may not notice that a component has returned to its initial
 * state, and the kernel writes the initial state's values for those not marked. So all that may be marked freely are; the kernel's
 * own bytes, which tell of the machine and not of the thread, go.
 */
static size_t xstate_tidy(uint8_t *x, size_t len)
{
	uint64_t marks;

	if (len >= XSTATE_HEADER_END) {
		marks = get64(x + XSTATE_BV) | (get64(x + XSTATE_SOFTWARE) & XSTATE_PLAIN);
		memcpy(x + XSTATE_BV, &marks, sizeof(marks));
		memset(x + XSTATE_SOFTWARE, 0, XSTATE_BV - XSTATE_SOFTWARE);
	}
	return bytes_used(x, len);
}

/*
 * Most of an area is zeros, and thousands of threads have one each. Packed, it is pieces of what is not zero, in order:
 *
 *	offset in the area, length (two bytes each, the low one first), the bytes
 *
 * A piece ends where at least GAP zeros follow, and neither begins nor ends with one: the same area always gives the same pieces.
 */
#define GAP 8
#define PIECE_HEAD 4

static void put16(uint8_t *p, size_t v)
{
	p[0] = (uint8_t)v;
	p[1] = (uint8_t)(v >> 8);
}

static size_t get16(const uint8_t *p)
{
	return p[0] | (size_t)p[1] << 8;
}

static size_t zeros_at(const uint8_t *x, size_t at, size_t len)
{
	size_t n = 0;
	uint64_t word;

	for (; at + n + sizeof(word) <= len && !(memcpy(&word, x + at + n, sizeof(word)), word); n += sizeof(word))
		;
	while (at + n < len && !x[at + n])
		n++;
	return n;
}

/* X has no zeros at its end. TO: room for the worst case. Returns the bytes in it. */
static size_t xstate_pack(uint8_t *to, const uint8_t *x, size_t len)
{
	size_t used = 0, at = zeros_at(x, 0, len), end, zeros;

	for (; at < len; at = end + zeros) {
		for (end = at, zeros = 0; end < len && zeros < GAP; zeros = zeros_at(x, end, len))
			end += zeros + 1;
		put16(to + used, at);
		put16(to + used + 2, end - at);
		memcpy(to + used + PIECE_HEAD, x + at, end - at);
		used += PIECE_HEAD + end - at;
	}
	return used;
}

/* The area, up to the end of its last piece, which is returned; -1: not what xstate_pack() makes, or more than SIZE bytes. */
static long xstate_unpack(uint8_t *to, size_t size, const struct bytes *packed)
{
	size_t at = 0, len, end = 0, i;

	for (i = 0; i < packed->len; i += PIECE_HEAD + len) {
		if (packed->len - i < PIECE_HEAD)
			return -1;
		at = get16(packed->p + i);
		len = get16(packed->p + i + 2);
		if (!len || len > packed->len - i - PIECE_HEAD || at < end + (i ? GAP : 0) || at + len > size)
			return -1;
		memset(to + end, 0, at - end);
		memcpy(to + at, packed->p + i + PIECE_HEAD, len);
		end = at + len;
	}
	return (long)end;
}

/* One for all threads: memory that is new for each of them would cost more than the call. */
static uint8_t area[XSTATE_MAX], packed[XSTATE_MAX / (GAP + 1) * PIECE_HEAD + XSTATE_MAX];

static int get_xstate(struct scan *s, const struct thread *th, struct bytes *out)
{
	size_t len = XSTATE_MAX;

	if (remote_get_xstate(th->remote, area, &len) < 0)
		return -1;
	out->len = xstate_pack(packed, area, xstate_tidy(area, len));
	out->p = arena_copy(&s->model->arena, packed, out->len);
	return out->p ? 0 : -1;
}

/* The addresses of breakpoints do nothing as long as DR7 says so. */
static int refuse_breakpoints(struct scan *s, const struct task *t, const struct thread *th)
{
	long enabled = ptrace(PTRACE_PEEKUSER, th->tid, (void *)offsetof(struct user, u_debugreg[7]), NULL);

	if (enabled == -1)
		return fail("thread %d: its debug registers", (int)th->tid);
	return !enabled ? 0 : report_refuse_thread(s->report, "ptrace", t->pid, th->tid, "delete its breakpoints with a debugger",
						   "a debugger has left breakpoints of the processor to it (DR7 is 0x%lx)", enabled);
}

#define FLAG_ID (1 << 21)

/* Setting registers leaves it as it is: see FLAG_MASK in arch/x86/kernel/ptrace.c. */
static int refuse_flags(struct scan *s, const struct task *t, const struct thread *th, const struct user_regs_struct *user)
{
	return !(user->eflags & FLAG_ID) ? 0 : report_refuse_thread(s->report, "regs", t->pid, th->tid, "", "its flag ID (cpuid) is set");
}

/* A newborn runs our stub while it is looked at: what it will start with counts. */
static int regs_answer(struct ask *a, struct scan *s, const struct task *t, const struct thread *th, struct state *out)
{
	struct user_regs_struct user;
	struct regs *item = state_alloc(s, out, 1, sizeof(*item));

	if (!item)
		return -1;
	if (th->remote->process->newborn)
		user = th->remote->regs;
	else if (remote_image_regs(th->remote, &user) < 0 || refuse_breakpoints(s, t, th) < 0 || refuse_flags(s, t, th, &user) < 0)
		return -1;
	memcpy(item, &user, sizeof(user));
	item->sigmask = th->remote->sigmask;
	return get_xstate(s, th, &item->xstate);
}

/* Size of the XSAVE area and features that this processor and kernel offer. A hypervisor makes cpuid dear: it is asked once. */
static size_t own_xstate(uint64_t *features)
{
	static uint64_t own;
	static size_t size;
	unsigned a, b = 0, c, d;

	if (!own) {
		own = 3;
		size = XSTATE_HEADER_END;
		if (__get_cpuid_count(1, 0, &a, &b, &c, &d) && c & bit_OSXSAVE) {
			__asm__ volatile ("xgetbv" : "=a" (a), "=d" (d) : "c" (0));
			own = a | (uint64_t)d << 32;
			if (__get_cpuid_count(0xd, 0, &a, &b, &c, &d))
				size = b;
		}
	}
	*features = own;
	return size;
}

static int regs_preflight(struct rebuild *r, const struct task *t, const struct thread *th, const struct state *in)
{
	const struct regs *item = in->items;
	uint64_t features, marks;
	size_t size;
	long len;

	memset(area, 0, XSTATE_BV + sizeof(marks));
	len = xstate_unpack(area, XSTATE_MAX, &item->xstate);
	if (len < 0)
		return fail_image("thread %d: no processor state", (int)th->tid);
	size = own_xstate(&features);
	marks = get64(area + XSTATE_BV);
	if ((size_t)len > size || marks & ~features)
		return report_refuse_thread(r->report, "regs", t->pid, th->tid,
					    "restore on a processor with the same vector extensions",
					    "it uses processor state %#llx (%ld bytes); this processor offers %#llx (%zu bytes)",
					    (unsigned long long)marks, len, (unsigned long long)features, size);
	return 0;
}

/* The kernel takes nothing but a whole area: the newborn's own tells how long it is. */
static int set_xstate(struct remote_thread *th, const struct bytes *xstate)
{
	size_t len = XSTATE_MAX;
	long end;

	if (remote_get_xstate(th, area, &len) < 0)
		return -1;
	end = xstate_unpack(area, len, xstate);
	if (end < 0)
		return fail_plain("thread %d: its processor state does not fit into the %zu bytes of this processor", (int)th->tid, len);
	memset(area + end, 0, len - (size_t)end);
	return remote_set_xstate(th, area, len);
}

static int regs_rebuild_outside(struct rebuild *r, const struct task *t, const struct thread *th, const struct state *in)
{
	const struct regs *item = in->items;
	struct user_regs_struct user;

	memcpy(&user, item, sizeof(user));
	if (set_xstate(th->remote, &item->xstate) < 0)
		return -1;
	return remote_set_start(th->remote, &user, item->sigmask);
}

const struct task_kind task_regs = {
	.name = "regs",
	.title = ROW_TEXT("registers, floating point and vector state, signal mask"),
	.also = ROW_TEXT("registers fpu"),
	.how = ROW_TEXT("ptrace(2) of the stopped thread"),
	.condition = ROW_TEXT("the CPU at the restore has the same XSAVE features (see cpu)"),
	.page = ROW_PAGE(
		"General registers, floating point and vector state, and the signal mask, of each thread: what it was doing "
		"at this instant.\n\n"
		"Mostly it waits in a system call. The freeze interrupts that call, and the kernel repeats it, in a new "
		"process too: cr sets the registers so. A sleep goes on with the time that was left if the program gave a "
		"place for it, as sleep(3) does; poll(2), futex(2), sigtimedwait(2) and semtimedop(2) with a relative "
		"timeout wait for all of it again, because the kernel keeps the rest to itself, and so do select(2) and "
		"ppoll(2) with a timeout in memory that may only be read, or with STICKY_TIMEOUTS. A write(2) to a pipe "
		"that sleeps for room after a part of its data returns how much it has written, as for a signal; so does "
		"a getrandom(2) or read(2) of much from /dev/urandom. A stop inside a critical section of rseq goes to its "
		"abort handler, as a signal would make it.\n\n"
		"Read and written by ptrace(2). The mask is the one that the thread comes back to, also out of "
		"sigsuspend(2). Compared bit by bit after the restore. The flag ID, which only old programs that ask for "
		"cpuid change, cannot be set so: it is refused."),
	.in_2009 = 'S',
	.scope = PER_THREAD,
	.stage = STAGE_LAST,
	.fields = IF_IMAGE(regs_fields),
	.size = sizeof(struct regs),
	.records = 1,
	.answer = IF_INSIDE(regs_answer),
	.preflight = IF_RESTORE(regs_preflight),
	.rebuild_outside = IF_RESTORE(regs_rebuild_outside),
};
