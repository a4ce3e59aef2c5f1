/*
 * process.c - the structure that stands for another process: its threads, its memory through /proc/PID/mem, its self signal.
 *
 * /proc/PID/mem reads and writes whatever the protection (FOLL_FORCE); see proc_pid_mem(5), and proc_mem.force_override= in the
 * kernel's parameters, which leaves that to ptrace(2).
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <unistd.h>
#include <elf.h>

#include "core/base/err.h"
#include "core/remote/internal.h"

struct remote_process *process_new(pid_t pid)
{
	struct remote_process *p = calloc(1, sizeof(*p));

	if (p)
		p->internal = calloc(1, sizeof(struct remote_internal));
	if (!p || !p->internal) {
		free(p);
		fail_plain("out of memory");
		return NULL;
	}
	p->pid = pid;
	p->mem_fd = -1;
	p->self_signal = SIGURG;
	return p;
}

void mapping_put(struct remote_process *p)
{
	struct remote_mapping *mapping = internal_of(p)->mapping;

	internal_of(p)->mapping = NULL;
	if (mapping)
		mapping_drop(mapping);
}

void mapping_drop(struct remote_mapping *mapping)
{
	if (--mapping->users)
		return;
	munmap((void *)(uintptr_t)mapping->at, mapping->size);
	free(mapping);
}

void process_free(struct remote_process *p)
{
	struct remote_internal *in = internal_of(p);

	if (!p->newborn && p->scratch)
		munmap(p->scratch, p->scratch_size);
	mapping_put(p);
	if (p->mem_fd >= 0)
		close(p->mem_fd);
	free(in->what);
	free(in);
	free(p->threads);
	free(p);
}

struct remote_thread *process_add_thread(struct remote_process *p, pid_t tid)
{
	struct remote_thread *t = realloc(p->threads, (p->nthreads + 1) * sizeof(*t));

	if (!t) {
		fail_plain("out of memory");
		return NULL;
	}
	p->threads = t;
	t += p->nthreads++;
	memset(t, 0, sizeof(*t));
	t->tid = tid;
	t->process = p;
	return t;
}

static int by_tid(const void *a, const void *b)
{
	const struct remote_thread *x = a, *y = b;
	int x_leads = x->tid == x->process->pid, y_leads = y->tid == y->process->pid;

	return x_leads != y_leads ? y_leads - x_leads : x->tid < y->tid ? -1 : x->tid > y->tid;
}

void process_sort_threads(struct remote_process *p)
{
	qsort(p->threads, p->nthreads, sizeof(*p->threads), by_tid);
}

struct remote_thread *process_runnable(const struct remote_process *p)
{
	for (size_t i = 0; i < p->nthreads; i++)
		if (!p->threads[i].gone && !p->threads[i].zombie)
			return &p->threads[i];
	fail_refused("process %d has no thread left that can run", p->pid);
	return NULL;
}

int process_open_mem(struct remote_process *p)
{
	struct remote_thread *t = process_runnable(p);
	char path[64];

	if (!t)
		return -1;
	snprintf(path, sizeof(path), "/proc/%d/mem", t->tid);
	if (p->mem_fd >= 0)
		close(p->mem_fd);
	p->mem_fd = open(path, O_RDWR | O_CLOEXEC);
	return p->mem_fd < 0 ? fail("open %s", path) : 0;
}

int process_get_regs(const struct remote_thread *t, struct user_regs_struct *regs)
{
	struct iovec io = { regs, sizeof(*regs) };

	return ptrace(PTRACE_GETREGSET, t->tid, (void *)NT_PRSTATUS, &io) < 0 ? -1 : 0;
}

int process_set_regs(const struct remote_thread *t, const struct user_regs_struct *regs)
{
	struct iovec io = { (void *)(uintptr_t)regs, sizeof(*regs) };

	return ptrace(PTRACE_SETREGSET, t->tid, (void *)NT_PRSTATUS, &io) < 0 ? -1 : 0;
}

int process_read_regs(struct remote_thread *t)
{
	if (process_get_regs(t, &t->regs) < 0)
		return -1;
	return ptrace(PTRACE_GETSIGMASK, t->tid, (void *)sizeof(t->sigmask), &t->sigmask) < 0 ? -1 : 0;
}

/*
 * The self signal must do nothing when we are dead: ignored by default, no handler. Running a thread lets it out of the queue, so nobody
 * may be waiting for it with it blocked (signalfd(2), sigwaitinfo(2)), if there is any choice.
 */
int process_choose_signal(struct remote_process *p)
{
	static const int candidates[] = { SIGURG, SIGWINCH, SIGCHLD };
	struct remote_thread *t = process_runnable(p);
	uint64_t threads = 0, tracer = 0, caught = 0, pending = 0, blocked = 0;
	cleanup_buf struct buf status = { 0 };

	if (!t)
		return -1;
	if (task_status_text(t->tid, &status) < 0 || task_status_value(status.p, "SigCgt", 16, &caught) < 0 ||
	    task_status_value(status.p, "ShdPnd", 16, &pending) < 0 || task_status_value(status.p, "Threads", 10, &threads) < 0 ||
	    task_status_value(status.p, "TracerPid", 10, &tracer) < 0)
		return fail_plain("/proc/%d/status has no threads and signals", t->tid);
	if (threads != p->nthreads || !tracer)
		return 1;
	for (size_t i = 0; i < p->nthreads; i++)
		blocked |= p->threads[i].sigmask;
	const uint64_t bad[] = { caught | pending | blocked, caught | pending, pending, 0 };

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		for (size_t j = 0; j < sizeof(candidates) / sizeof(*candidates); j++)
			if (!(bad[i] >> (candidates[j] - 1) & 1)) {
				p->self_signal = candidates[j];
				return 0;
			}
	return 0;
}

/* ---- memory ---- */

int remote_read(struct remote_process *p, uint64_t address, void *data, size_t len)
{
	for (size_t done = 0; done < len;) {
		ssize_t n = pread(p->mem_fd, (char *)data + done, len - done, (off_t)(address + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0)
			errno = EIO;
		if (n <= 0)
			return fail("read memory of process %d at %#llx", p->pid, (unsigned long long)(address + done));
		done += (size_t)n;
	}
	return 0;
}

/* Word by word: for kernels that refuse to write through /proc/PID/mem what the program itself may not write. */
static int poke(struct remote_process *p, uint64_t address, const uint8_t *data, size_t len)
{
	struct remote_thread *t = process_runnable(p);
	int saved = errno;

	if (!t)
		return -1;
	while (len) {
		uint64_t at = address & ~(uint64_t)7;
		size_t skip = address - at, n = len < 8 - skip ? len : 8 - skip;
		long word;

		errno = 0;
		word = ptrace(PTRACE_PEEKDATA, t->tid, (void *)(uintptr_t)at, 0);
		memcpy((char *)&word + skip, data, n);
		if (errno || ptrace(PTRACE_POKEDATA, t->tid, (void *)(uintptr_t)at, (void *)word) < 0) {
			errno = saved;
			return fail("write memory of process %d at %#llx", p->pid, (unsigned long long)address);
		}
		address += n;
		data += n;
		len -= n;
	}
	return 0;
}

int remote_write(struct remote_process *p, uint64_t address, const void *data, size_t len)
{
	for (size_t done = 0; done < len;) {
		ssize_t n = pwrite(p->mem_fd, (const char *)data + done, len - done, (off_t)(address + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0)
			errno = EIO;
		if (n <= 0)
			return poke(p, address + done, (const uint8_t *)data + done, len - done);
		done += (size_t)n;
	}
	return 0;
}

int remote_write_scattered(struct remote_process *p, const struct iovec *remote, size_t n, const void *data)
{
	struct iovec local = { (void *)(uintptr_t)data, 0 };
	ssize_t done;

	for (size_t i = 0; i < n; i++)
		local.iov_len += remote[i].iov_len;
	done = process_vm_writev(p->pid, &local, 1, remote, n, 0);
	if (done == (ssize_t)local.iov_len)
		return 0;
	if (done >= 0)
		errno = ENOMEM;
	return fail("process %d: write memory at 0x%llx", p->pid, (unsigned long long)(uintptr_t)remote[0].iov_base);
}
