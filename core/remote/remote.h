/*
 * remote.h - the only code that touches another task: seize, run batches of system calls in it, let go.
 *
 * A position-independent stub in the target runs a table of system calls out of a mapping shared with us, then signals its
 * own thread; one ptrace round trip runs the whole table. Knows no model. See ptrace(2), and stub.S for the target's side.
 *
 * A live target (one that was seized) is never harmed by our death: whatever the instant, its threads go on by themselves.
 * A newborn target (made for a restore) dies with us: PTRACE_O_EXITKILL.
 */
#ifndef CR_REMOTE_REMOTE_H
#define CR_REMOTE_REMOTE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/user.h>

#include "core/base/field.h"

struct remote_process;

struct remote_rseq { uint64_t pointer; uint32_t size; uint32_t signature; };

struct remote_thread {
	pid_t tid;
	struct remote_process *process;
	struct user_regs_struct regs;	/* as stopped; corrected for rseq critical sections at release */
	uint64_t sigmask;		/* the thread's own blocked signals */
	int group_stopped;		/* in a group stop (SIGSTOP, SIGTSTP, ...) since before the seizure, or by remote_stop_newborn() */
	int entered;			/* runs our stub: regs have to be put back */
	int gone;			/* exited under us: a value, not an error */
	int zombie;			/* a leader that exited before its threads: cannot run anything */
	int pending_signal;		/* a stop signal seen while stopped, to be given back at release; 0: none */
	/* for core/remote alone */
	int stopped;
	int read;			/* regs and sigmask are those of this stop */
	struct remote_rseq rseq;	/* of this stop, too */
	int rseq_known;
	unsigned slot;			/* that it was in last */
	int masked;			/* everything is blocked but the self signal */
	int lost_self_signal;		/* someone else's self signal was taken out of the queue: given back at release */
	long restarted_call;		/* inside restart_syscall(2): the call that is being restarted; 0: none, -1: unknown */
};

struct remote_process {
	pid_t pid;
	int newborn;			/* made by us for a restore */
	struct remote_thread *threads;	/* by tid; threads[0] is the leader */
	size_t nthreads;
	int mem_fd;			/* /proc/PID/mem, O_RDWR; -1: not open */
	int self_signal;		/* ignored by default, and without a handler in the target */
	int in_text;			/* while it is open, the stub stands in a page of the program's own: the vdso has no room */
	struct u64_list children;	/* of one of a tree that was seized: see core/children.h; in the memory of the tree */
	/* the shared scratch: OUR address (a mere copy where sharing is not allowed: only a batch moves data), THEIR address, size; 0: none */
	uint8_t *scratch;
	uint64_t scratch_remote;
	size_t scratch_size;
	void *internal;
};

/* ---- live targets ---- */

/*
 * Stops every thread of PID, also those that appear meanwhile. A refusal (traced by someone else, compat task, uninterruptible
 * for 2 s, ...) is recorded by name with fail_refused, and everything seized so far is let go. ESRCH: fail_refused too.
 * Never sets EXITKILL. Removes leftovers of an earlier, killed run.
 */
struct remote_process *remote_seize(pid_t pid);

/*
 * Puts the stub into the target and maps the scratch. While it is open, the zero bytes at the end of the vdso hold a stub too. Needs
 * a thread that can run. fail_refused when it cannot be done.
 */
int remote_open(struct remote_process *p);

/* The same in two steps, between which others may be dealt with. What was begun is to be ended, also after an error of another one. */
int remote_open_begin(struct remote_process *p);
int remote_open_end(struct remote_process *p);

/* Takes scratch and stub out of the target again, and restores the registers of all threads. Still stopped afterwards. */
int remote_close(struct remote_process *p);

/* The same in two steps. */
int remote_close_begin(struct remote_process *p);
int remote_close_end(struct remote_process *p);

/*
 * Lets go. remote_release: everything as found (group stops and pending stops included; interrupted system calls go on with the
 * time that remained). remote_release_stopped: leaves the process stopped by SIGSTOP. remote_kill: SIGKILL, waits for its end.
 * All free P.
 */
void remote_release(struct remote_process *p);
void remote_release_stopped(struct remote_process *p);
void remote_kill(struct remote_process *p);

/* ---- newborn targets ---- */

/*
 * Makes the root of a restored tree: clone3 with set_tid PID (and CLONE_PIDFD etc. never), exit signal EXIT_SIGNAL; the child shares
 * the scratch of SCRATCH_SIZE bytes mapped at SCRATCH_ADDRESS (chosen by the caller, free in every image process, page aligned)
 * and stands stopped, traced, with EXITKILL. SIBLING: it is a child of our parent, with exit signal SIGCHLD. All signals blocked.
 * It has a copy of our descriptors and of our memory.
 */
struct remote_process *remote_spawn(pid_t pid, int exit_signal, int sibling, uint64_t scratch_address, size_t scratch_size);

/* The part of its scratch that the root uses itself: regions of other processes lie behind it. */
#define REMOTE_SLOT_SIZE (4u << 20)

/* A child to be made. It gets the part at SCRATCH_OFFSET of the tree's scratch. PROCESS: it, when it was made. */
struct remote_birth {
	pid_t pid;
	int exit_signal;
	size_t scratch_offset, scratch_size;
	struct remote_process *process;
};

/*
 * The same, N at once, made by PARENT with remote clone3s, so that they are PARENT's children: the memory of each is a copy-on-write copy
 * of PARENT's. Also where it fails, those that have a PROCESS were made.
 */
int remote_fork(struct remote_process *parent, struct remote_birth *births, size_t n);

/*
 * Makes N threads with the given tids in the leader of P, many in one stop; each stands stopped before its first instruction.
 * Moves P->threads: pointers to threads of P are looked up again afterwards.
 */
int remote_clone_threads(struct remote_process *p, const pid_t *tids, size_t n);

/* A newborn that needs us no more. Where to look for a syscall instruction of its own before everywhere; 0: not known. */
struct remote_finish {
	struct remote_process *process;
	uint64_t vdso_start, vdso_end;
};

/* Runs the last munmap(2) of N newborns side by side, each by such an instruction: no foreign code is left in them. */
int remote_finish_newborns(const struct remote_finish *v, size_t n);

/* After that: all threads go into a group stop by SIGSTOP, which the parent is told of, and stay traced. Let go by remote_release(). */
int remote_stop_newborn(struct remote_process *p);

/* A newborn that has one thread yet is stopped and goes on: its parent can wait for that. SIGCHLD and SIGCONT wait in the two of them. */
int remote_continue_newborn(struct remote_process *p);

/* The leader of a newborn exits with the code in WAIT_STATUS, its threads live on: when all batches in it are done. */
int remote_end_leader(struct remote_process *p, int wait_status);

/*
 * Newborn P ends as WAIT_STATUS says (see wait(2): exit code, or signal without a core) and is left as a zombie for its parent, which
 * gets P's exit signal now. Frees P, whatever happens. A process that remote_spawn() made is our own child, and is reaped.
 */
int remote_end(struct remote_process *p, int wait_status);

/* ---- batches: system calls run in one thread ---- */

struct batch {
	struct remote_thread *thread;
	unsigned slot;			/* for core/remote alone, as the next two */
	unsigned calls_at;		/* where it begins in the table */
	size_t data_at;			/* and in the data */
	unsigned ncalls;
	size_t data_used;		/* bytes of scratch data given out */
	int alone;			/* set by who adds calls that depend on what no other thread does meanwhile */
};

/* An empty batch for THREAD; only one batch per process is in use at a time, or some that were begun beside each other. */
int batch_begin(struct batch *b, struct remote_thread *thread);

/*
 * An empty batch for another thread of the same process, to be run together with BEFORE, to which nothing is added any more. 1: there is no
 * room, what was begun has to be run first; -1 recorded.
 */
int batch_begin_beside(struct batch *b, struct remote_thread *thread, const struct batch *before);
#define BATCHES_MAX 32			/* begun beside each other */

/* Room in the scratch, seen at *REMOTE by the target; zeroed, 16-byte aligned. NULL (recorded) when the batch is full. */
void *batch_space(struct batch *b, size_t len, uint64_t *remote);
uint64_t batch_put(struct batch *b, const void *data, size_t len);	/* space + copy; 0 when full */

/*
 * Adds one call; returns its index. When the table is full the batch fails at batch_run. WHAT (may be NULL) makes the call compulsory:
 * batch_run fails with "WHAT: strerror" if the call returns an error.
 */
unsigned batch_call(struct batch *b, const char *what, long nr,
		    uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5);
/* The same with three arguments, which all fit into registers: half of the code at each of a hundred places. */
unsigned batch_call3(struct batch *b, const char *what, long nr, uint64_t a0, uint64_t a1, uint64_t a2);
unsigned batch_capacity(const struct batch *b);		/* calls that still fit */

int batch_run(struct batch *b);				/* 0; -1 recorded. The batch keeps its results; begin again for more. */
int batch_run_together(struct batch *const *b, size_t n);	/* N of them, in different threads, of the same process or not */
long batch_result(const struct batch *b, unsigned index);	/* as the kernel returned it: -errno on failure */

/*
 * No result of a batch in P is looked at any more, and none has been begun: the memory of both goes back to the system until there is another
 * one. For who is done with one of many processes.
 */
void remote_idle(struct remote_process *p);

/* One call, outside any batch: shorthand. The result goes to *RESULT. */
int remote_syscall(struct remote_thread *t, long *result, long nr,
		   uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5);

/* ---- state that ptrace gives ---- */

/* Full xsave area (any size) through PTRACE_GETREGSET NT_X86_XSTATE; *LEN in and out. */
int remote_get_xstate(struct remote_thread *t, void *area, size_t *len);
int remote_set_xstate(struct remote_thread *t, const void *area, size_t len);

int remote_get_rseq(struct remote_thread *t, struct remote_rseq *out);	/* pointer 0: none registered. 1: this kernel does not tell */

/*
 * Registers that a released thread will resume with: an interrupted call made ready to restart. For live targets the kernel does it
 * (restart_block included); for an image, remote_image_regs() gives registers that work in a newborn: -ERESTART_RESTARTBLOCK becomes
 * the call again (a sleep for the time that was left, where the kernel has written it), a stop inside an rseq critical section becomes its abort address.
 */
int remote_image_regs(struct remote_thread *t, struct user_regs_struct *out);

/* The system call that a stopped thread was in or is about to begin, with its arguments; -1: none. */
long remote_interrupted_call(const struct remote_thread *t, uint64_t args[6]);

/* Sets what a newborn thread starts with at release: general registers and signal mask. */
int remote_set_start(struct remote_thread *t, const struct user_regs_struct *regs, uint64_t sigmask);

/* Memory of the target, whatever its protection (/proc/PID/mem). 0, or -1 recorded. */
int remote_read(struct remote_process *p, uint64_t address, void *data, size_t len);
int remote_write(struct remote_process *p, uint64_t address, const void *data, size_t len);

/* DATA in one call to N (at most IOV_MAX) places that are all writable: faster than remote_write(). See process_vm_writev(2). */
struct iovec;
int remote_write_scattered(struct remote_process *p, const struct iovec *remote, size_t n, const void *data);

#endif
