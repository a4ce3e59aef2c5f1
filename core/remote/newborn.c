/*
 * newborn.c - processes and threads that are made to be filled with an image.
 *
 * They die with us at any instant: the root by PR_SET_PDEATHSIG until it is traced, then all by PTRACE_O_EXITKILL, which a child
 * made by a traced task has from its first instruction on. See clone3(2), ptrace(2).
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/err.h"
#include "core/remote/internal.h"

#ifndef PTRACE_EVENT_STOP
#define PTRACE_EVENT_STOP 128
#endif
#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif
#ifndef SYS_clone3
#define SYS_clone3 435
#endif

#define OPTIONS (PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD)
#define CLONES_AT_ONCE 1000		/* 128 bytes each in the scratch */
#define THREAD_FLAGS 0x50f00ull		/* CLONE_VM | FS | FILES | SIGHAND | THREAD | SYSVSEM */

/* struct clone_args of linux/sched.h as of 5.7 */
struct clone3_args {
	uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup;
};

/*
 * The last thread of a process gives its number back only after the process can be waited for (release_task() of Linux 6.15): what was
 * ended a moment ago may still hold numbers, with nobody behind them.
 */
static int is_left_over(long error, pid_t number, unsigned *round)
{
	if (error != -EEXIST || *round >= 1200 || task_state(number))
		return 0;
	task_nap(round);
	return 1;
}

static int fail_clone(int error, const char *what, pid_t pid)
{
	errno = error;
	switch (error) {
	case EEXIST:
		return fail_refused("%s %d is in use by another process", what, pid);
	case EPERM:
		return fail_refused("%s %d cannot be chosen: that needs CAP_CHECKPOINT_RESTORE or CAP_SYS_ADMIN", what, pid);
	case EINVAL:
		return fail_refused("%s %d is not possible here (see /proc/sys/kernel/pid_max)", what, pid);
	case ENOSYS:
		return fail_refused("this kernel cannot choose process numbers (clone3 of Linux 5.5)");
	case EAGAIN:
		return fail_refused("%s %d: a limit on the number of processes is reached", what, pid);
	}
	return fail("make %s %d", what, pid);
}

/* ---- a process ---- */

static int release_rseq(struct remote_process *p)
{
	struct remote_thread *t = &p->threads[0];
	struct remote_rseq rseq;
	long result;

	/* Inherited from a maker linked with glibc: the kernel would go on to write there when that memory is gone. */
	if (remote_get_rseq(t, &rseq) < 0)
		return -1;
	if (!rseq.pointer)
		return 0;
	return remote_syscall(t, &result, SYS_rseq, rseq.pointer, rseq.size, 1, rseq.signature, 0, 0);
}

/* P, whose leader stands stopped, gets its slot at OFFSET of MAPPING. */
static int adopt(struct remote_process *p, struct remote_mapping *mapping, size_t offset, size_t size)
{
	struct remote_thread *t = &p->threads[0];

	if (offset % 4096 || offset > mapping->size || size > mapping->size - offset)
		return fail_plain("the scratch of process %d does not lie in that of its tree", p->pid);
	t->stopped = 1;
	if (process_read_regs(t) < 0)
		return fail("read registers of process %d", p->pid);
	p->scratch_remote = mapping->at + offset;
	p->scratch = (uint8_t *)(uintptr_t)p->scratch_remote;
	p->scratch_size = size;
	return scratch_make_slot(p) < 0 ? -1 : process_open_mem(p);
}

/* What the root has of us, and no child of it has. */
static int become_root(struct remote_process *p)
{
	long result;

	if (release_rseq(p) < 0)
		return -1;
	return remote_syscall(&p->threads[0], &result, SYS_prctl, PR_SET_PDEATHSIG, 0, 0, 0, 0, 0);
}

static struct remote_process *new_newborn(pid_t pid, struct remote_mapping *mapping)
{
	struct remote_process *p = process_new(pid);

	if (!p)
		return NULL;
	p->newborn = 1;
	internal_of(p)->mapping = mapping;
	mapping->users++;
	if (process_add_thread(p, pid))
		return p;
	process_free(p);
	return NULL;
}

/* Keeps the error that is recorded. */
static struct remote_process *abandon(struct remote_process *p)
{
	char text[1024];
	enum status status = err_status();

	strncpy(text, err_text(), sizeof(text) - 1);
	text[sizeof(text) - 1] = 0;
	remote_kill(p);
	err_set(status, text);
	return NULL;
}

static struct remote_mapping *make_mapping(uint64_t address, size_t size)
{
	struct remote_mapping *mapping = calloc(1, sizeof(*mapping));
	void *at;

	if (!mapping) {
		fail_plain("out of memory");
		return NULL;
	}
	at = mmap((void *)(uintptr_t)address, size, PROT_READ | PROT_WRITE | PROT_EXEC,
		  MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE | MAP_NORESERVE, -1, 0);
	if (at != (void *)(uintptr_t)address) {
		if (at != MAP_FAILED)
			munmap(at, size);
		fail("map the scratch of %zu bytes at %#llx", size, (unsigned long long)address);
		free(mapping);
		return NULL;
	}
	mapping->users = 1;
	mapping->at = address;
	mapping->size = size;
	return mapping;
}

/*
 * The child is born with all signals blocked. A sibling is our parent's child; it has our own exit signal, since clone3() lets nobody
 * choose one together with CLONE_PARENT. Returns its number as seen here, or -errno.
 */
static long clone_child(pid_t pid, int exit_signal, int sibling)
{
	uint64_t all = ~(uint64_t)0, old;
	struct clone3_args args = { .flags = sibling ? CLONE_PARENT : 0, .exit_signal = sibling ? 0 : (uint64_t)exit_signal,
				    .set_tid = (uint64_t)(uintptr_t)&pid, .set_tid_size = 1 };
	pid_t parent = sibling ? getppid() : getpid();
	long ret;

	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &old, sizeof(all));
	ret = syscall(SYS_clone3, &args, sizeof(args));
	if (!ret)
		arch_child_wait(parent);
	if (ret < 0)
		ret = -errno;
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &old, NULL, sizeof(old));
	return ret;
}

static int seize_child(pid_t pid)
{
	int status;

	if (ptrace(PTRACE_SEIZE, pid, 0, OPTIONS) < 0 || ptrace(PTRACE_INTERRUPT, pid, 0, 0) < 0)
		return fail("trace the new process %d", pid);
	if (task_wait(pid, &status) < 0 || !WIFSTOPPED(status) || status >> 16 != PTRACE_EVENT_STOP)
		return fail_plain("the new process %d did not stop", pid);
	return 0;
}

struct remote_process *remote_spawn(pid_t pid, int exit_signal, int sibling, uint64_t scratch_address, size_t scratch_size)
{
	struct remote_mapping *mapping = make_mapping(scratch_address, scratch_size);
	struct remote_process *p;
	unsigned round = 0;
	long ret;

	if (!mapping)
		return NULL;
	p = new_newborn(pid, mapping);
	mapping_drop(mapping);
	if (!p)
		return NULL;
	do
		ret = clone_child(pid, exit_signal, sibling);
	while (ret < 0 && is_left_over(ret, pid, &round));
	if (ret < 0) {
		fail_clone((int)-ret, "process number", pid);
		process_free(p);
		return NULL;
	}
	if (seize_child(pid) < 0 || adopt(p, mapping, 0, scratch_size < REMOTE_SLOT_SIZE ? scratch_size : REMOTE_SLOT_SIZE) < 0 ||
	    become_root(p) < 0)
		return abandon(p);
	return p;
}

/* ---- children and threads of a newborn ---- */

/*
 * CLONE_PTRACE: what a traced task makes is traced like itself, EXITKILL included, and stops before its first instruction. No event is
 * asked for, so its maker need not stop for each of them.
 */
static int add_clone(struct batch *b, uint64_t flags, const struct remote_birth *birth)
{
	struct clone3_args args = { .flags = flags | CLONE_PTRACE, .exit_signal = (uint64_t)birth->exit_signal, .set_tid_size = 1 };
	uint64_t at;

	args.set_tid = batch_put(b, &birth->pid, sizeof(birth->pid));
	at = args.set_tid ? batch_put(b, &args, sizeof(args)) : 0;
	if (!at)
		return -1;
	batch_call(b, NULL, SYS_clone3, at, sizeof(args), 0, 0, 0, 0);
	return 0;
}

/* It was made, and has to be ended whatever comes next. */
static int note(struct remote_process *maker, uint64_t flags, struct remote_birth *birth)
{
	birth->process = flags ? maker : new_newborn(birth->pid, internal_of(maker)->mapping);
	return birth->process ? 0 : -1;
}

static int settle(struct remote_process *maker, uint64_t flags, struct remote_birth *birth)
{
	int status;

	if (note(maker, flags, birth) < 0)
		return -1;
	if (task_wait(birth->pid, &status) < 0 || !WIFSTOPPED(status) || status >> 16 != PTRACE_EVENT_STOP)
		return fail_plain("the new task %d did not stop", birth->pid);
	return flags ? 0 : adopt(birth->process, internal_of(maker)->mapping, birth->scratch_offset, birth->scratch_size);
}

static int fail_birth(long result, uint64_t flags, const struct remote_birth *birth)
{
	return fail_clone((int)-result, flags ? "thread number" : "process number", birth->pid);
}

/* Its maker has failed in the middle: was this one made? */
static int is_ours(pid_t tid)
{
	int status;

	return waitpid(tid, &status, __WALL | WNOHANG) >= 0;
}

/* One whose number was not free the first time. */
static int clone_late(struct remote_process *maker, uint64_t flags, struct remote_birth *birth)
{
	unsigned round = 0;
	struct batch b;
	long ret = -EEXIST;

	while (ret < 0 && is_left_over(ret, birth->pid, &round)) {
		if (batch_begin(&b, &maker->threads[0]) < 0 || add_clone(&b, flags, birth) < 0 || batch_run(&b) < 0)
			return -1;
		ret = batch_result(&b, 0);
	}
	return ret < 0 ? fail_birth(ret, flags, birth) : settle(maker, flags, birth);
}

/* All that were made are noted, also when one was not. FLAGS 0: a process, else a thread. At most CLONES_AT_ONCE. */
static int clone_some(struct remote_process *maker, uint64_t flags, struct remote_birth *births, size_t n)
{
	struct batch b;
	int ret = 0;

	if (batch_begin(&b, &maker->threads[0]) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (add_clone(&b, flags, &births[i]) < 0)
			return -1;
	if (batch_run(&b) < 0) {
		for (size_t i = 0; i < n; i++)
			if (is_ours(births[i].pid))
				note(maker, flags, &births[i]);
		return -1;
	}
	for (size_t i = 0; i < n; i++) {
		long result = batch_result(&b, (unsigned)i);

		if (result >= 0)
			ret = settle(maker, flags, &births[i]) < 0 ? -1 : ret;
		else if (result != -EEXIST)
			ret = fail_birth(result, flags, &births[i]);
	}
	for (size_t i = 0; !ret && i < n; i++)
		if (!births[i].process)
			ret = clone_late(maker, flags, &births[i]);
	return ret;
}

static size_t at_once(size_t n)
{
	return n < CLONES_AT_ONCE ? n : CLONES_AT_ONCE;
}

int remote_fork(struct remote_process *parent, struct remote_birth *births, size_t n)
{
	int ret = 0;

	for (size_t i = 0; i < n; i++)
		births[i].process = NULL;
	if (!internal_of(parent)->mapping)
		return fail_plain("process %d cannot have children made any more", parent->pid);
	for (size_t i = 0; !ret && i < n; i += CLONES_AT_ONCE)
		ret = clone_some(parent, 0, births + i, at_once(n - i));
	return ret;
}

/* Also those of a failed attempt: they have to be waited for when the process is ended. */
static int add_threads(struct remote_process *p, const struct remote_birth *births, size_t n)
{
	int ret = 0;

	for (size_t i = 0; i < n; i++) {
		struct remote_thread *t = births[i].process ? process_add_thread(p, births[i].pid) : NULL;

		if (!births[i].process)
			continue;
		if (!t)
			return -1;
		t->stopped = 1;
		if (process_read_regs(t) < 0)
			ret = fail("read registers of thread %d", t->tid);
	}
	return ret;
}

/* The threads of P move: its leader must not be in a slot meanwhile. */
static int clone_threads(struct remote_process *p, struct remote_birth *births, const pid_t *tids, size_t n)
{
	int ret;

	for (size_t i = 0; i < n; i++)
		births[i] = (struct remote_birth){ .pid = tids[i] };
	ret = clone_some(p, THREAD_FLAGS, births, n);
	if (!p->threads[0].gone && run_leave(&p->threads[0]) < 0)
		ret = -1;
	return add_threads(p, births, n) < 0 ? -1 : ret;
}

int remote_clone_threads(struct remote_process *p, const pid_t *tids, size_t n)
{
	struct remote_birth *births = calloc(at_once(n) + 1, sizeof(*births));
	int ret = 0;

	if (!births)
		return fail_plain("out of memory");
	for (size_t i = 0; !ret && i < n; i += CLONES_AT_ONCE)
		ret = clone_threads(p, births, tids + i, at_once(n - i));
	process_sort_threads(p);
	free(births);
	return ret;
}
