/*
 * arch.h - what core/remote needs to know of the machine: the data of the stub, and what registers mean.
 *
 * A port is this header with the same names, arch.c and stub.S.
 */
#ifndef CR_REMOTE_ARCH_H
#define CR_REMOTE_ARCH_H

#include <stddef.h>
#include <stdint.h>
#include <sys/user.h>

#define STUB_MAGIC 0x65746f6d65727263ull	/* "crremote" */
#define ARCH_XSTATE 0x202		/* NT_X86_XSTATE */
#define ARCH_TASK_END 0x7ffffffff000ull	/* with 4-level page tables, which is what mmap(2) gives without a hint */
#define ARCH_NR_RESTART_SYSCALL 219
#define ARCH_SYSCALL_INSN "\x0f\x05"
#define ARCH_SYSCALL_INSN_SIZE 2

/* The stub as it is copied to the vdso: code, then its struct stub_ctl. */
extern const uint8_t remote_stub[], remote_stub_once[], remote_stub_signalled[], remote_stub_ctl[], remote_stub_end[];
#define STUB_SIZE_MAX 1024
#define STUB_SIZE ((size_t)(remote_stub_end - remote_stub))
#define STUB_CTL ((size_t)(remote_stub_ctl - remote_stub))
#define STUB_ONCE ((size_t)(remote_stub_once - remote_stub))
#define STUB_SIGNALLED ((size_t)(remote_stub_signalled - remote_stub))

/* The same code as it is copied to each slot, where it starts with the loop. Its struct stub_ctl is SLOT_CTL behind it, in another page. */
extern const uint8_t remote_slot[], remote_slot_signalled[], remote_slot_end[];
#define SLOT_SIGNALLED ((size_t)(remote_slot_signalled - remote_slot))
#define SLOT_CODE_SIZE ((size_t)(remote_slot_end - remote_slot))
#define SLOT_STRIDE 512			/* from slot to slot: room for the code, and for a struct stub_ctl */
#define SLOT_CTL 16384

struct stub_ctl {
	/* These five stay where they are in every version: they tell the next run what a killed one left behind. */
	uint64_t magic;
	uint32_t offset;		/* of this struct in the copy of the stub */
	uint32_t size;			/* of the copy */
	uint64_t scratch;		/* where the scratch is, or is about to be */
	uint64_t scratch_size;

	uint32_t go;			/* run the table again instead of going home */
	uint32_t count;			/* entries in the table */
	uint32_t signal;		/* the self signal */
	uint32_t done;			/* set before the self signal is sent */
	uint64_t table;
	uint64_t all;			/* every signal */
	uint64_t mask;			/* what the thread had blocked */
	uint64_t flags;
	uint64_t regs[17];		/* r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi rsp rip */
	uint64_t wake;			/* 1: a handler that runs ends the interrupted call with EINTR */
	uint64_t woken_pc;		/* behind that call */
	uint64_t zero[2];		/* a struct timespec */
};

struct stub_entry {
	uint64_t nr;
	uint64_t args[6];
	uint64_t result;
};

/* Writes into CTL the way back to REGS, for a stub that has to find it alone; an interrupted call is made ready to restart. */
void arch_fill_home(struct stub_ctl *ctl, const struct user_regs_struct *regs);

/*
 * REGS as they start the stub at PC, which is a two-byte instruction; never restarts what the thread was interrupted in. They look like
 * an interrupted call NR there: the kernel goes back to PC, or, if we are dead and it first runs a handler of the program, on behind it.
 */
void arch_enter_regs(struct user_regs_struct *regs, uint64_t pc, long nr);

/* Are REGS still what it made of them for PC? */
static inline int arch_is_entering(const struct user_regs_struct *regs, uint64_t pc)
{
	return regs->rip == pc + ARCH_SYSCALL_INSN_SIZE && (long)regs->rax == -514;
}

/* The same without that: REGS go on at PC whatever happens. */
void arch_plain_regs(struct user_regs_struct *regs, uint64_t pc);

/* Arguments of one call, as the syscall instruction wants them. */
void arch_call_regs(struct user_regs_struct *regs, long nr, const uint64_t args[6]);

/* What the boot stub runs: a call, and when that was no error another one, with the same last two arguments. */
struct boot_calls {
	long nr, next_nr;		/* NEXT_NR 0: none */
	uint64_t args[6], next_args[4];
};
void arch_boot_regs(struct user_regs_struct *regs, const struct boot_calls *calls);

/* Of a thread that stands with REGS: why it is not to be seized, or NULL. */
const char *arch_foreign(pid_t tid, const struct user_regs_struct *regs);

static inline long arch_syscall_nr(const struct user_regs_struct *regs) { return (long)regs->orig_rax; }

/* The call that a syscall instruction at the program counter makes. */
static inline long arch_next_nr(const struct user_regs_struct *regs) { return (long)regs->rax; }
static inline long arch_result(const struct user_regs_struct *regs) { return (long)regs->rax; }
static inline long arch_boot_result(const struct user_regs_struct *regs) { return (long)regs->r15; }
static inline long arch_boot_next_result(const struct user_regs_struct *regs) { return (long)regs->r14; }
static inline uint64_t arch_pc(const struct user_regs_struct *regs) { return regs->rip; }
static inline void arch_set_pc(struct user_regs_struct *regs, uint64_t pc) { regs->rip = pc; }
static inline uint64_t arch_stack(const struct user_regs_struct *regs) { return regs->rsp; }
static inline uint64_t arch_arg(const struct user_regs_struct *r, int i)
{
	const uint64_t args[6] = { r->rdi, r->rsi, r->rdx, r->r10, r->r8, r->r9 };

	return args[i];
}

static inline void arch_set_arg(struct user_regs_struct *r, int i, uint64_t value)
{
	switch (i) {
	case 0: r->rdi = value; break;
	case 1: r->rsi = value; break;
	case 2: r->rdx = value; break;
	case 3: r->r10 = value; break;
	case 4: r->r8 = value; break;
	case 5: r->r9 = value; break;
	}
}

/* Interrupted in a call with a restart block (rax is -516, of -512..-516 the only one that needs kernel memory to restart). */
static inline int arch_in_restart_block(const struct user_regs_struct *regs)
{
	return (long)regs->orig_rax >= 0 && (long)regs->rax == -516;
}

/* Ends in EINTR because of our stop, in a call that nothing but a signal ends so: 1, and REGS will restart it, unless a handler runs. */
int arch_undo_eintr(struct user_regs_struct *regs);

/* Makes the kernel issue call NR again from the start, or end it with EINTR if a signal that waits has a handler. */
void arch_ask_again(struct user_regs_struct *regs, long nr);

/* Sleeps in pause(2) until a signal; with nothing but registers. For a child that has our memory but must not use it. */
_Noreturn void arch_child_wait(int parent);

#endif
