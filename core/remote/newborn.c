/*
 * newborn.c - processes and threads that are made to be filled with an image: the root of a tree, and what all have in common.
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
#include "core/base/malloc.h"
#include "core/remote/internal.h"

#ifndef PTRACE_EVENT_STOP
#define PTRACE_EVENT_STOP 128
#endif
#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

#define OPTIONS (PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD)

/*
 * The last thread of a process gives its number back only after the process can be waited for (release_task() of Linux 6.15): what was
 * ended a moment ago may still hold numbers, with nobody behind them.
 */
int newborn_is_left_over(long error, pid_t number, unsigned *round)
{
	if (error != -EEXIST || *round >= 1200 || task_state(number))
		return 0;
	task_nap(round);
	return 1;
}

int newborn_fail_clone(int error, const char *what, pid_t pid)
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

int newborn_adopt(struct remote_process *p, struct remote_mapping *mapping, size_t offset, size_t size)
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

struct remote_process *newborn_new(pid_t pid, struct remote_mapping *mapping)
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
	struct err_record why;

	err_keep(&why);
	remote_kill(p);
	err_restore(&why);
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

/* What a child shares with us has to be copied when we write there, page by page; and of the heap it needs nothing. */
static long clone_without_heap(const struct clone3_args *args)
{
	long ret;

	if (heap_inherit)
		heap_inherit(0);
	ret = syscall(SYS_clone3, args, sizeof(*args));
	if (ret < 0)
		ret = -errno;
	if (ret && heap_inherit)
		heap_inherit(1);
	return ret;
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
	ret = clone_without_heap(&args);
	if (!ret)
		arch_child_wait(parent);
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
	p = newborn_new(pid, mapping);
	mapping_drop(mapping);
	if (!p)
		return NULL;
	do
		ret = clone_child(pid, exit_signal, sibling);
	while (ret < 0 && newborn_is_left_over(ret, pid, &round));
	if (ret < 0) {
		newborn_fail_clone((int)-ret, "process number", pid);
		process_free(p);
		return NULL;
	}
	if (seize_child(pid) < 0 || newborn_adopt(p, mapping, 0, scratch_size < REMOTE_SLOT_SIZE ? scratch_size : REMOTE_SLOT_SIZE) < 0 ||
	    become_root(p) < 0)
		return abandon(p);
	return p;
}
