/*
 * internal.h - what the files of core/remote share.
 *
 * The scratch of one process is [stubs | struct stub_ctl's | table of calls | data]. It has SLOTS slots, each with a stub and its
 * struct stub_ctl: so many threads run calls side by side. The thread that is in a slot ("inside") stands behind the stub's self
 * signal, with its own registers in p->threads. The table and the data are one for all: batches that run together share them out.
 */
#ifndef CR_REMOTE_INTERNAL_H
#define CR_REMOTE_INTERNAL_H

#include <signal.h>
#include <sys/types.h>

#include "core/base/buf.h"
#include "core/proc/proc.h"
#include "core/remote/remote.h"
#if defined(__x86_64__)
#include "core/remote/arch/x86_64/arch.h"
#else
#error "core/remote/arch has no port to this machine"
#endif

#define SLOTS (SLOT_CTL / SLOT_STRIDE)
#define SLOT_TABLE (2 * SLOT_CTL)	/* offset of the table in the scratch */
#define SEIZE_SECONDS 2			/* after that a task that does not stop is given up */

/* A shared mapping made by remote_spawn(), used by the whole tree. */
struct remote_mapping {
	uint64_t at;
	size_t size;
	int users;
};

/* What remote_survey() learns of an address space. */
struct survey {
	uint64_t gap, gap_size;		/* the largest hole */
	uint64_t stub;			/* room for a stub: zero bytes in something executable; 0: none */
	uint64_t left;			/* a stub that a killed run left there; 0: none */
	struct stub_ctl left_ctl;
};

struct remote_internal {
	struct remote_mapping *mapping;	/* newborn: shared with the tree */
	unsigned strange;		/* answers that made no sense while it was seized */
	int copied;			/* p->scratch is a copy of the scratch, not the scratch */
	int seccomp;			/* it has filters, and they could not be suspended */
	struct survey survey;		/* taken when it was seized, for the first time that it is opened; gap_size 0: none */
	struct trying {			/* between remote_open_begin() and remote_open_end() */
		uint64_t at;
		size_t size;		/* of the scratch that is being mapped; 0: none */
	} trying;
	uint64_t boot;			/* address of the stub outside of the scratch; 0: none */
	int closing;			/* between remote_close_begin() and remote_close_end() */
	struct remote_thread *inside[SLOTS];	/* the thread that the slot belongs to now */
	int all_slots;			/* the stubs of all are there, not only the first one's */
	unsigned capacity;		/* calls in the table, without the one of remote_syscall() */
	const char **what;		/* why a call of the current batch is compulsory: of so many as there ever were */
	size_t whats;
};

static inline struct remote_internal *internal_of(const struct remote_process *p) { return p->internal; }

/* ---- process.c: the structure, its memory, its end ---- */
struct remote_process *process_new(pid_t pid);
void process_free(struct remote_process *p);
void mapping_drop(struct remote_mapping *mapping);	/* one user less; the last one unmaps it */
void mapping_put(struct remote_process *p);		/* P no longer uses the mapping of its tree */
struct remote_thread *process_add_thread(struct remote_process *p, pid_t tid);	/* NULL: recorded. Moves p->threads */
void process_sort_threads(struct remote_process *p);
struct remote_thread *process_runnable(const struct remote_process *p);		/* NULL: recorded */
int process_open_mem(struct remote_process *p);
/* The general registers of a thread that stands, as they are now. -1: errno, nothing recorded. */
int process_get_regs(const struct remote_thread *t, struct user_regs_struct *regs);
int process_set_regs(const struct remote_thread *t, const struct user_regs_struct *regs);
int process_read_regs(struct remote_thread *t);		/* registers and signal mask, as stopped. -1: errno, nothing recorded */
int process_choose_signal(struct remote_process *p);	/* 1: it has other threads than these, or has become another program */

/* ---- task.c: one task seen through /proc and wait ---- */
char task_state(pid_t tid);				/* the letter of /proc/TID/stat; 0: it is gone */
char task_thread_state(int dir, pid_t tid);		/* the same by way of /proc/PID/task, open as DIR, where a scan will look again */
int task_status(pid_t tid, const char *key, int base, uint64_t *value);	/* of /proc/TID/status. -1: no such line; nothing recorded */
int task_status_text(pid_t tid, struct buf *out);	/* the same in two steps, for more than one line */
int task_status_value(const char *text, const char *key, int base, uint64_t *value);
int task_wait(pid_t tid, int *status);			/* waitpid(__WALL), through EINTR. -1: errno */
int task_await(pid_t tid, int *status);			/* the same for one whose number another thread may take meanwhile */
void task_nap(unsigned *round);				/* waits a little, then longer */
int task_is_late(uint64_t *deadline, unsigned ms);	/* MS after the first call for this DEADLINE, which is 0 before that */
const char *task_why_unstoppable(pid_t tid);

/* ---- batch.c ---- */

/* The halves of batch_run(): between them the thread runs, and nothing else may be begun in it. What was started is to be finished. */
int batch_start(struct batch *b);
int batch_finish(struct batch *b);

/* ---- newborn.c ---- */

#ifndef SYS_clone3
#define SYS_clone3 435
#endif

/* struct clone_args of linux/sched.h as of 5.7 */
struct clone3_args {
	uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup;
};

/* A process PID to be, with a slot in MAPPING. NULL: recorded. */
struct remote_process *newborn_new(pid_t pid, struct remote_mapping *mapping);
/* P, whose leader stands stopped, gets its slot at OFFSET of MAPPING. */
int newborn_adopt(struct remote_process *p, struct remote_mapping *mapping, size_t offset, size_t size);
int newborn_is_left_over(long error, pid_t number, unsigned *round);	/* clone3() says ERROR: wait, and try again? */
int newborn_fail_clone(int error, const char *what, pid_t pid);

/* ---- run.c: a thread goes into the stub and comes back ---- */

/*
 * Starts COUNT calls at TABLE (their address) in SLOT; -1: nothing was started. What was started has to be waited for before anything
 * else is done with the thread. In a copied scratch, the caller moves the table.
 */
int run_start(struct remote_thread *t, unsigned slot, uint64_t table, unsigned count);
int run_wait(struct remote_thread *t);
unsigned run_slot(const struct remote_thread *t);	/* the one that it is in, else the first */

/* Puts a stub at internal->boot that remembers SCRATCH, and runs CALLS with it, in two steps. Leaves the thread as it was found. */
int run_boot_start(struct remote_thread *t, uint64_t scratch, size_t scratch_size, const struct boot_calls *calls);
int run_boot_wait(struct remote_thread *t, long *result, long *next);	/* NEXT (may be NULL): of the second call, if there was one */

int run_leave(struct remote_thread *t);			/* its own signal mask, then its own registers */
int run_leave_all(struct remote_process *p);
void run_vacate(struct remote_thread *t);
int run_moved(struct remote_thread *t, int ret);	/* RET of a read or write of its memory: a thread about to end has none any more */

/* ---- regs.c ---- */
uint64_t regs_rseq_abort(struct remote_thread *t);	/* where a thread inside a restartable sequence has to go on; 0: it is in none */

/* ---- maps.c ---- */
int remote_survey(struct remote_process *p, struct survey *out);
/* One mapping after the other: each lasts until EACH returns. What that is, if not 0, ends it and is returned. -1: recorded. */
typedef int remote_map_fn(void *ctx, const struct proc_map *map);
int remote_each_map(struct remote_process *p, remote_map_fn *each, void *ctx);

/* ---- scratch.c ---- */
int scratch_make_slot(struct remote_process *p);	/* p->scratch is set: the first slot and the table */
int scratch_make_slots(struct remote_process *p);	/* and the other slots */
int leftover_remove(struct remote_process *p, const struct survey *s);	/* 1: a thread still uses it, try again later */

/* ---- guard.c: threads that exec(2) has ended must be waited for, or it never finishes ---- */
struct guard {			/* begins as { 0 }, ends with guard_end() */
	int armed;
	void (*handler)(int);
	sigset_t mask;
};
int guard_seize(struct guard *g, struct remote_process *p, pid_t tid);	/* PTRACE_SEIZE. -1: errno, nothing recorded */
void guard_end(struct guard *g);
void seize_reap(struct remote_process *p);

/* ---- attach.c ---- */
int attach_new(struct remote_process *p);	/* number of threads that were not known before; -1: recorded */
int attach_is_strange(struct remote_process *p);	/* 0: it has been so too often to be passing */

/* ---- seize.c ---- */
void seize_note(struct remote_thread *t, int status);	/* what waitpid() said. Safe in a signal handler */
int seize_wait_all(struct remote_process *p);
int seize_learn_restarts(struct remote_process *p);	/* 1: something ran meanwhile */

#endif
