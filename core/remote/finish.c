/*
 * finish.c - the last steps in a newborn: what it starts with, and the call that takes our code away from under it.
 *
 * munmap(scratch) is run by the syscall instruction of the newborn's own vdso, from a syscall stop to an event stop. Not by single steps:
 * the trap at the end of one is a forced SIGTRAP, which the kernel makes certain of by taking away a SIG_IGN or a handler that
 * the image has set for it. See force_sig_info_to_task() in kernel/signal.c.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "core/base/err.h"
#include "core/remote/internal.h"

#ifndef PTRACE_EVENT_STOP
#define PTRACE_EVENT_STOP 128
#endif

/* The first one between two addresses; 0: none that could be read. */
static uint64_t insn_between(struct remote_process *p, uint64_t start, uint64_t end)
{
	uint8_t code[4096 + ARCH_SYSCALL_INSN_SIZE];

	for (uint64_t at = start; at < end; at += 4096) {
		size_t len = end - at < sizeof(code) ? end - at : sizeof(code);

		if (remote_read(p, at, code, len) < 0) {
			err_clear();
			return 0;
		}
		for (size_t i = 0; i + ARCH_SYSCALL_INSN_SIZE <= len; i++)
			if (code[i] == (uint8_t)ARCH_SYSCALL_INSN[0] && !memcmp(code + i, ARCH_SYSCALL_INSN, ARCH_SYSCALL_INSN_SIZE))
				return at + i;
	}
	return 0;
}

struct insn {
	struct remote_process *p;
	uint64_t at;
};

static int find_insn(void *ctx, const struct proc_map *map)
{
	struct insn *insn = ctx;

	if (!(map->prot & PROT_EXEC) || !strcmp(map->path, "[vsyscall]"))
		return 0;
	if (map->start < insn->p->scratch_remote + insn->p->scratch_size && map->end > internal_of(insn->p)->mapping->at &&
	    map->start < internal_of(insn->p)->mapping->at + internal_of(insn->p)->mapping->size)
		return 0;
	insn->at = insn_between(insn->p, map->start, map->end);
	return insn->at != 0;
}

#define STOP_SYSCALL (SIGTRAP | 0x80)

static int resume(struct remote_thread *t, int request)
{
	return ptrace(request, t->tid, 0, 0) < 0 ? fail("resume process %d", t->tid) : 0;
}

/* T, which was resumed by REQUEST, comes to the WANTED kind of stop: STOP_SYSCALL or an event stop. */
static int wait_until(struct remote_thread *t, int request, int wanted)
{
	int status;

	for (;;) {
		if (task_wait(t->tid, &status) < 0 || !WIFSTOPPED(status))
			return fail_plain("process %d ended while it was being made", t->tid);
		if (status >> 8 == wanted)
			return 0;
		if (status >> 16 != PTRACE_EVENT_STOP)
			return fail_plain("process %d stops unexpectedly (%#x) before its start", t->tid, status);
		if (resume(t, request) < 0)
			return -1;
	}
}

static int send_to(struct remote_thread *t, uint64_t pc, long nr, const uint64_t args[6])
{
	struct user_regs_struct regs = t->regs;

	arch_plain_regs(&regs, pc);
	arch_call_regs(&regs, nr, args);
	t->entered = 1;
	if (process_set_regs(t, &regs) < 0)
		return fail("set registers of process %d", t->tid);
	return resume(t, PTRACE_SYSCALL);
}

/* Only in the kernel's signal code are interrupted calls restarted: behind the call the thread stops there, and starts from there. */
static int let_in(struct remote_thread *t)
{
	if (wait_until(t, PTRACE_SYSCALL, STOP_SYSCALL) < 0)
		return -1;
	if (ptrace(PTRACE_INTERRUPT, t->tid, 0, 0) < 0)
		return fail("stop process %d behind its last call", t->tid);
	return resume(t, PTRACE_CONT);
}

static int meet_behind(struct remote_thread *t)
{
	struct user_regs_struct regs;

	if (wait_until(t, PTRACE_CONT, SIGTRAP | PTRACE_EVENT_STOP << 8) < 0)
		return -1;
	if (process_get_regs(t, &regs) < 0)
		return fail("read registers of process %d", t->tid);
	if (arch_result(&regs) < 0) {
		errno = (int)-arch_result(&regs);
		return fail("unmap the scratch of process %d", t->tid);
	}
	return 0;
}

/* A syscall instruction of the process's own: the vdso's, else any. 0: recorded. */
static uint64_t own_insn(struct remote_process *p, uint64_t vdso_start, uint64_t vdso_end)
{
	struct insn insn = { p, insn_between(p, vdso_start, vdso_end) };

	if (!insn.at && remote_each_map(p, find_insn, &insn) < 0)
		return 0;
	if (!insn.at)
		fail_refused("process %d has no syscall instruction to leave with", p->pid);
	return insn.at;
}

static int block_all(struct remote_thread *t)
{
	uint64_t all = ~(uint64_t)0;

	if (ptrace(PTRACE_SETSIGMASK, t->tid, (void *)sizeof(all), &all) < 0)
		return fail("block the signals of thread %d", t->tid);
	t->masked = 0;
	return 0;
}

static int begin(const struct remote_finish *f)
{
	struct remote_process *p = f->process;
	struct remote_thread *t = process_runnable(p);
	const uint64_t args[6] = { internal_of(p)->mapping->at, internal_of(p)->mapping->size };
	uint64_t at = t ? own_insn(p, f->vdso_start, f->vdso_end) : 0;

	if (!at || run_leave_all(p) < 0 || block_all(t) < 0)
		return -1;
	return send_to(t, at, SYS_munmap, args);
}

static int go_on(const struct remote_finish *f)
{
	return let_in(process_runnable(f->process));
}

static int end(const struct remote_finish *f)
{
	struct remote_process *p = f->process;

	if (meet_behind(process_runnable(p)) < 0)
		return -1;
	p->scratch = NULL;
	p->scratch_remote = p->scratch_size = 0;
	mapping_put(p);
	return 0;
}

int remote_finish_newborns(const struct remote_finish *v, size_t n)
{
	int (*const steps[])(const struct remote_finish *) = { begin, go_on, end };

	for (size_t k = 0; k < sizeof(steps) / sizeof(*steps); k++)
		for (size_t i = 0; i < n; i++)
			if (internal_of(v[i].process)->mapping && steps[k](&v[i]) < 0)
				return fail_context("process %d", v[i].process->pid);
	return 0;
}

static int into_group_stop(struct remote_thread *t)
{
	int status, sig = 0;

	for (;;) {
		if (ptrace(PTRACE_CONT, t->tid, 0, sig) < 0)
			return fail("resume thread %d", t->tid);
		if (task_wait(t->tid, &status) < 0 || !WIFSTOPPED(status))
			return fail_plain("thread %d ended while it was being made", t->tid);
		if (status >> 16 == PTRACE_EVENT_STOP && WSTOPSIG(status) == SIGSTOP)
			return 0;
		sig = status >> 16 || WSTOPSIG(status) != SIGSTOP ? 0 : SIGSTOP;
	}
}

/*
 * With everything blocked only SIGSTOP is taken out of the queue. The first thread that is resumed finds it, before it is back in its
 * program; the others are resumed when the stop waits for them too. Masks are put right at the release.
 */
int remote_stop_newborn(struct remote_process *p)
{
	for (size_t i = 0; i < p->nthreads; i++) {
		struct remote_thread *t = &p->threads[i];

		if (t->zombie)
			continue;
		if (block_all(t) < 0)
			return -1;
		if (process_set_regs(t, &t->regs) < 0)
			return fail("set registers of thread %d", t->tid);
		t->entered = 1;
	}
	if (kill(p->pid, SIGSTOP) < 0)
		return fail("stop process %d", p->pid);
	for (size_t i = 0; i < p->nthreads; i++) {
		if (!p->threads[i].zombie && into_group_stop(&p->threads[i]) < 0)
			return -1;
		p->threads[i].group_stopped = 1;
	}
	return 0;
}

/* At SIGCONT the thread comes to another stop, and tells its parent on the way. */
int remote_continue_newborn(struct remote_process *p)
{
	struct remote_thread *t = &p->threads[0];

	if (kill(p->pid, SIGSTOP) < 0)
		return fail("stop process %d", p->pid);
	if (into_group_stop(t) < 0 || kill(p->pid, SIGCONT) < 0 || resume(t, PTRACE_CONT) < 0)
		return -1;
	return wait_until(t, PTRACE_CONT, SIGTRAP | PTRACE_EVENT_STOP << 8);
}

/* Nobody hears of the end of a leader before all threads have ended, so /proc is asked. */
int remote_end_leader(struct remote_process *p, int wait_status)
{
	struct remote_thread *t = &p->threads[0];
	const uint64_t args[6] = { (uint64_t)(wait_status >> 8 & 0xff) };
	struct user_regs_struct regs = t->regs;
	uint64_t at = own_insn(p, 0, 0), deadline = 0;
	unsigned round = 0;

	if (!at || run_leave(t) < 0 || block_all(t) < 0)
		return -1;
	arch_plain_regs(&regs, at);
	arch_call_regs(&regs, SYS_exit, args);
	if (process_set_regs(t, &regs) < 0 || ptrace(PTRACE_CONT, t->tid, 0, 0) < 0)
		return fail("end the leader of process %d", p->pid);
	while (task_state(t->tid) != 'Z') {
		if (task_is_late(&deadline, SEIZE_SECONDS * 1000))
			return fail_plain("the leader of process %d does not end", p->pid);
		task_nap(&round);
	}
	t->zombie = 1;
	t->entered = 0;
	return 0;
}

int remote_set_start(struct remote_thread *t, const struct user_regs_struct *regs, uint64_t sigmask)
{
	/* Tried at once, so that registers which the kernel does not take are seen before anything runs. */
	if (process_set_regs(t, regs) < 0)
		return fail("set registers of thread %d", t->tid);
	t->regs = *regs;
	t->sigmask = sigmask;
	t->entered = 1;			/* the mask is still to be set, at release */
	run_vacate(t);
	return 0;
}
