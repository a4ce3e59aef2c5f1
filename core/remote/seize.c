/*
 * seize.c - stops every thread of a process, without leaving a trace of it: PTRACE_SEIZE and PTRACE_INTERRUPT send no signal.
 *
 * Threads come and go while this happens, so it is done when a whole round found nothing new. A signal that arrives in between is let
 * through: the thread stops again behind it. See ptrace(2).
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "core/base/err.h"
#include "core/base/io.h"
#include "core/remote/internal.h"

#ifndef PTRACE_EVENT_STOP
#define PTRACE_EVENT_STOP 128
#endif
#ifndef PTRACE_PEEKSIGINFO
#define PTRACE_PEEKSIGINFO 0x4209
#endif
#ifndef PTRACE_O_SUSPEND_SECCOMP
#define PTRACE_O_SUSPEND_SECCOMP (1 << 21)
#endif

#define ROUNDS 8			/* of a process that makes no threads, two are enough */

/* ---- waiting ---- */

void seize_note(struct remote_thread *t, int status)
{
	int event = status >> 16, sig = WSTOPSIG(status);

	if (!WIFSTOPPED(status)) {
		t->gone = 1;
		return;
	}
	if (event == PTRACE_EVENT_STOP) {
		t->stopped = 1;
		t->group_stopped = sig != SIGTRAP;
		return;
	}
	/* On its way to a handler, or to its end: it goes there, and the interrupt that is still pending stops it again. */
	ptrace(PTRACE_CONT, t->tid, 0, event ? 0 : sig);
}

static int poll_one(struct remote_thread *t)
{
	int status;
	pid_t ret = waitpid(t->tid, &status, __WALL | WNOHANG);

	if (ret > 0)
		seize_note(t, status);
	else if (ret < 0 && errno == ECHILD)
		t->gone = 1;		/* exec(2) by another thread takes threads away without a report */
	return ret != 0;
}

static void drop_gone(struct remote_process *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->nthreads; i++)
		if (!p->threads[i].gone)
			p->threads[n++] = p->threads[i];
	p->nthreads = n;
}

int seize_wait_all(struct remote_process *p)
{
	uint64_t deadline = 0;
	unsigned round = 0;

	for (;;) {
		struct remote_thread *running = NULL;
		int news = 0;

		for (size_t i = 0; i < p->nthreads; i++) {
			struct remote_thread *t = &p->threads[i];

			if (t->stopped || t->gone)
				continue;
			news += poll_one(t);
			if (!t->stopped && !t->gone)
				running = t;
		}
		if (!running)
			break;
		if (running->tid == p->pid && round > 50 && task_state(p->pid) == 'Z')
			running->zombie = running->stopped = 1;	/* pthread_exit() of the main thread is reported after the last one's */
		else if (!news && task_is_late(&deadline, SEIZE_SECONDS * 1000))
			return fail_refused("process %d (thread %d) cannot be stopped: it %s", p->pid, running->tid,
					    task_why_unstoppable(running->tid));
		if (!news) {
			seize_reap(p);		/* one that stood may have been ended by exec, which waits for that */
			/* exec may have given its number to another thread, even to one that is not traced */
			if (round % 64 == 63 && ptrace(PTRACE_INTERRUPT, running->tid, 0, 0) < 0 && errno == ESRCH)
				running->gone = 1;
			task_nap(&round);
		}
	}
	drop_gone(p);
	return 0;
}

/* Nobody is to feel our stop: at once, so that our death changes nothing about it. Who stood in a group stop felt that one. */
static int undo_eintr(struct remote_thread *t)
{
	return t->group_stopped || !arch_undo_eintr(&t->regs) ? 0 : process_set_regs(t, &t->regs);
}

/* KNOWN: of how many, whose registers were read before, they are read again. 1: some do not stand there any more. */
static int read_some(struct remote_process *p, size_t known)
{
	int again = 0;

	for (size_t i = 0; i < p->nthreads; i++) {
		struct remote_thread *t = &p->threads[i];

		if (t->read && !known)
			continue;
		known -= t->read;
		if (t->zombie && task_state(t->tid) != 'Z')
			t->gone = 1;		/* a thread that executed another program is the leader now */
		else if (t->zombie || (t->read = process_read_regs(t) == 0 && undo_eintr(t) == 0))
			continue;
		t->stopped = t->read = t->rseq_known = 0;
		again = 1;
	}
	return again;
}

/*
 * Reads registers of all. 1: one has been killed, or has become another program, since it was seen to stop. Those that stand end all at
 * once, by SIGKILL or by exec(2) of one that does not yet: one of them speaks for those that were read before.
 */
static int read_all(struct remote_process *p)
{
	return read_some(p, 1) ? read_some(p, p->nthreads), 1 : 0;
}

static int has_runnable(struct remote_process *p)
{
	for (size_t i = 0; i < p->nthreads; i++)
		if (!p->threads[i].zombie)
			return 1;
	return 0;
}

/* All threads of P stand, and there are no others. Ten thousand threads take a while by themselves; each round has its own time. */
static int stop_all(struct remote_process *p, uint64_t *deadline)
{
	int added, again, rounds = 0;

	do {
		if (rounds++ > ROUNDS && task_is_late(deadline, SEIZE_SECONDS * 1000))
			return fail_refused("process %d makes threads faster than they can be stopped", p->pid);
		added = attach_new(p);
		if (added < 0 || seize_wait_all(p) < 0)
			return -1;
		again = read_all(p);
		if (!again && !added)
			again = seize_learn_restarts(p);
		if (again < 0)
			return -1;
		drop_gone(p);
		if (!added && !again && !has_runnable(p)) {
			if (!attach_is_strange(p))
				return fail_refused(p->nthreads ? "process %d is a zombie" : "process %d has ended", p->pid);
			for (size_t i = 0; i < p->nthreads; i++)
				p->threads[i].gone = 1;
			drop_gone(p);
			again = 1;
		}
	} while (added || again);
	process_sort_threads(p);
	return 0;
}

/* ---- what may not be seized ---- */

/*
 * A fault leaves more for the frame of its handler than its siginfo: the number of the trap, the error code, the address. The kernel keeps that
 * in the thread, and no other one can be given it. One that goes on has taken the signal the next time, but for a stop.
 */
static int is_told_of_fault(const struct remote_thread *t)
{
	static const uint64_t faults = 1ull << (SIGILL - 1) | 1ull << (SIGTRAP - 1) | 1ull << (SIGBUS - 1) | 1ull << (SIGFPE - 1) | 1ull << (SIGSEGV - 1);
	struct { uint64_t offset; uint32_t flags; int32_t n; } which = { 0, 0, 16 };
	siginfo_t info[16];
	long n = arch_syscall_nr(&t->regs) >= 0 ? 0 : ptrace((int)PTRACE_PEEKSIGINFO, t->tid, &which, info);

	while (n-- > 0)
		if (info[n].si_code > 0 && (faults & ~t->sigmask) >> (info[n].si_signo - 1) & 1)
			return 1;
	return 0;
}

/* 1: recorded, but another time it may be different. */
static int check_program(struct remote_process *p)
{
	char path[64];
	unsigned char elf[5];

	for (size_t i = 0; i < p->nthreads; i++) {
		const struct remote_thread *t = &p->threads[i];
		const char *foreign = t->zombie ? NULL : arch_foreign(t->tid, &t->regs);

		if (foreign)
			return fail_refused("process %d is %s", p->pid, foreign);
		if (!t->zombie && is_told_of_fault(t))
			return -fail_refused("process %d is %s", p->pid, "just told of a fault");
	}
	snprintf(path, sizeof(path), "/proc/%d/exe", p->pid);
	cleanup_fd int fd = open(path, O_RDONLY | O_CLOEXEC);

	/* x32 shows in the registers only during a call; a program that cannot be read is none that was compiled for it */
	if (fd >= 0 && pread(fd, elf, 5, 0) == 5 && !memcmp(elf, "\177ELF", 4) && elf[4] != 2)
		return fail_refused("process %d is a 32-bit or x32 program", p->pid);
	return 0;
}

static int suspend_seccomp(struct remote_process *p)
{
	for (size_t i = 0; i < p->nthreads; i++) {
		uint64_t mode = 0;

		/* Where there is no filter it does nothing, and is allowed or not as elsewhere. */
		if (p->threads[i].zombie || !ptrace(PTRACE_SETOPTIONS, p->threads[i].tid, 0, PTRACE_O_SUSPEND_SECCOMP))
			continue;
		if (!task_status(p->threads[i].tid, "Seccomp", 10, &mode) && mode)
			internal_of(p)->seccomp = 1;	/* it can be looked at, but not run calls */
	}
	return 0;
}

/* 1: somebody is still busy with what a killed run left. */
static int clean_up(struct remote_process *p)
{
	struct remote_internal *in = internal_of(p);
	struct survey s;
	int ret;

	if (remote_survey(p, &s) < 0)
		return -1;
	if (!s.left || in->seccomp) {
		in->survey = s;
		return 0;
	}
	ret = leftover_remove(p, &s);
	if (ret > 0)
		fail_refused("process %d: a %s has interrupted what a killed cr had begun in it", p->pid,
			     p->threads->group_stopped ? "stop (SIGCONT ends it)" : "signal handler");
	return ret;
}

static void let_go(struct remote_process *p)
{
	struct err_record why;

	err_keep(&why);
	remote_release(p);
	err_restore(&why);
}

/* 1: recorded, but another time it may be different. */
static int seize_once(struct remote_process *p, uint64_t *deadline)
{
	int ret;

	if (stop_all(p, deadline) < 0)
		return -1;
	ret = check_program(p);
	if (ret)
		return ret;
	if (suspend_seccomp(p) < 0 || process_open_mem(p) < 0)
		return -1;
	ret = process_choose_signal(p);
	if (ret > 0)		/* while a thread executes another program the list may miss it: it would end all those that stand */
		fail_refused("process %d has %zu threads that can be stopped, and others", p->pid, p->nthreads);
	return ret ? ret : clean_up(p);
}

/* Then with it we would stand still ourselves, at our next call. It is asked once. */
static int traces_us(pid_t pid)
{
	static uint64_t tracer = ~0ull;

	if (tracer == ~0ull && task_status(getpid(), "TracerPid", 10, &tracer) < 0)
		tracer = 0;
	return tracer == (uint64_t)pid;
}

struct remote_process *remote_seize(pid_t pid)
{
	uint64_t deadline = 0;
	unsigned round = 50;

	if (traces_us(pid)) {
		fail_refused("process %d traces cr itself: run cr from outside of the tree", pid);
		return NULL;
	}
	for (;;) {
		struct remote_process *p = process_new(pid);
		int ret = p ? seize_once(p, &deadline) : -1;

		if (p && !ret)
			return p;
		if (p)
			let_go(p);
		if (ret < 0 || task_is_late(&deadline, SEIZE_SECONDS * 1000))
			return NULL;
		err_clear();
		task_nap(&round);
	}
}
