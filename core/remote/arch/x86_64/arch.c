/* arch.c - x86-64: registers of a thread that is sent into the stub, or has to find home from there. See syscall(2), ptrace(2). */
#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>

#include "core/remote/arch/x86_64/arch.h"

#define FLAG_TF 0x100			/* single step */
#define FLAG_DF 0x400			/* string instructions go down */

static_assert(offsetof(struct stub_ctl, go) == 32 && offsetof(struct stub_ctl, count) == 36, "stub.S");
static_assert(offsetof(struct stub_ctl, signal) == 40 && offsetof(struct stub_ctl, done) == 44, "stub.S");
static_assert(offsetof(struct stub_ctl, table) == 48 && offsetof(struct stub_ctl, all) == 56, "stub.S");
static_assert(offsetof(struct stub_ctl, mask) == 64 && offsetof(struct stub_ctl, flags) == 72, "stub.S");
static_assert(offsetof(struct stub_ctl, regs) == 80 && sizeof(struct stub_ctl) <= 256, "stub.S");
static_assert(offsetof(struct stub_ctl, wake) == 216 && offsetof(struct stub_ctl, woken_pc) == 224 && offsetof(struct stub_ctl, zero) == 232, "stub.S");
static_assert(sizeof(struct stub_entry) == 64, "stub.S");

static void reissue(struct user_regs_struct *regs, long nr)
{
	regs->rax = (uint64_t)nr;
	regs->rip -= ARCH_SYSCALL_INSN_SIZE;
	regs->orig_rax = (uint64_t)-1;
}

/* What the kernel itself does with these results when a signal turns out to have no handler: arch_do_signal_or_restart(). */
static void restart(struct user_regs_struct *regs)
{
	if ((long)regs->orig_rax < 0)
		return;
	switch ((long)regs->rax) {
	case -512:			/* ERESTARTSYS */
	case -513:			/* ERESTARTNOINTR */
	case -514:			/* ERESTARTNOHAND */
		reissue(regs, (long)regs->orig_rax);
		break;
	case -516:			/* ERESTART_RESTARTBLOCK */
		reissue(regs, ARCH_NR_RESTART_SYSCALL);
		break;
	}
}

void arch_ask_again(struct user_regs_struct *regs, long nr)
{
	regs->orig_rax = (uint64_t)nr;
	regs->rax = (uint64_t)-514;	/* ERESTARTNOHAND */
}

/*
 * These do not ask to be restarted; semop(2), epoll_wait(2), sigtimedwait(2) never, select(2) and its like where the time that remains cannot
 * be written (poll_select_finish() in fs/select.c), the others where a socket has a timeout. None of them has done anything yet when it says
 * EINTR. See signal(7): "even in the absence of signal handlers".
 */
int arch_undo_eintr(struct user_regs_struct *regs)
{
	static const short calls[] = {
		SYS_epoll_wait, SYS_epoll_pwait, 441 /* epoll_pwait2 */, SYS_semop, SYS_semtimedop, SYS_rt_sigtimedwait,
		SYS_io_getevents, 333 /* io_pgetevents */, SYS_read, SYS_readv, SYS_write, SYS_writev, SYS_recvfrom, SYS_recvmsg,
		SYS_recvmmsg, SYS_sendto, SYS_sendmsg, SYS_sendmmsg, SYS_accept, SYS_accept4, SYS_connect,
		SYS_select, SYS_pselect6, SYS_ppoll,
	};

	if ((long)regs->rax != -EINTR)
		return 0;
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		if ((long)regs->orig_rax == calls[i]) {
			arch_ask_again(regs, calls[i]);
			return 1;
		}
	return 0;
}

void arch_fill_home(struct stub_ctl *ctl, const struct user_regs_struct *regs)
{
	struct user_regs_struct r = *regs;
	long result = (long)r.rax;

	/* As arch_do_signal_or_restart() and handle_signal() have it; of -ERESTARTSYS only SA_RESTART could tell, and it restarts. */
	ctl->wake = (long)r.orig_rax >= 0 && (result == -514 || result == -516);
	ctl->woken_pc = r.rip;
	restart(&r);
	const uint64_t home[17] = {
		r.r15, r.r14, r.r13, r.r12, r.rbp, r.rbx, r.r11, r.r10, r.r9, r.r8,
		r.rax, r.rcx, r.rdx, r.rsi, r.rdi, r.rsp, r.rip,
	};
	for (size_t i = 0; i < 17; i++)
		ctl->regs[i] = home[i];
	ctl->flags = r.eflags;
}

void arch_plain_regs(struct user_regs_struct *regs, uint64_t pc)
{
	regs->rip = pc;
	regs->orig_rax = (uint64_t)-1;
	regs->eflags &= ~(uint64_t)(FLAG_TF | FLAG_DF);
}

void arch_enter_regs(struct user_regs_struct *regs, uint64_t pc, long nr)
{
	arch_plain_regs(regs, pc + ARCH_SYSCALL_INSN_SIZE);
	regs->orig_rax = (uint64_t)nr;
	regs->rax = (uint64_t)-514;
}

void arch_call_regs(struct user_regs_struct *regs, long nr, const uint64_t args[6])
{
	regs->rax = (uint64_t)nr;
	regs->rdi = args[0];
	regs->rsi = args[1];
	regs->rdx = args[2];
	regs->r10 = args[3];
	regs->r8 = args[4];
	regs->r9 = args[5];
}

void arch_boot_regs(struct user_regs_struct *regs, const struct boot_calls *calls)
{
	arch_call_regs(regs, calls->nr, calls->args);
	regs->r14 = (uint64_t)calls->next_nr;
	regs->rbx = calls->next_args[0];
	regs->rbp = calls->next_args[1];
	regs->r12 = calls->next_args[2];
	regs->r13 = calls->next_args[3];
}

/*
 * By int $0x80 a program for 64 bits makes calls by the numbers of 32 bits. In one that was interrupted they would be taken for other calls; and
 * the kernel would restart a sleep by a number that is another call there (see restart()).
 */
static int calls_as_32_bits(pid_t tid, const struct user_regs_struct *regs)
{
	long code = (long)regs->rax, word;

	if ((long)regs->orig_rax < 0 || (code != -EINTR && (code < -516 || code > -512)))
		return 0;
	errno = 0;
	word = ptrace(PTRACE_PEEKTEXT, tid, (void *)(uintptr_t)(regs->rip - ARCH_SYSCALL_INSN_SIZE), 0);
	return !errno && memcmp(&word, ARCH_SYSCALL_INSN, ARCH_SYSCALL_INSN_SIZE);
}

const char *arch_foreign(pid_t tid, const struct user_regs_struct *regs)
{
	if (regs->cs == 0x23)
		return "a 32-bit program";
	if (regs->cs != 0x33)
		return "in an unknown code segment";
	if ((long)regs->orig_rax >= 0 && (regs->orig_rax & 0x40000000))
		return "an x32 program";
	if (regs->eflags & FLAG_TF)	/* arch_fill_home() cannot give it back */
		return "single-stepping itself";
	if (calls_as_32_bits(tid, regs))
		return "in a call of 32-bit programs (int $0x80)";
	return NULL;
}

static long raw(long nr, long a, long b)
{
	long ret;

	__asm__ volatile("syscall" : "=a"(ret) : "0"(nr), "D"(a), "S"(b), "d"(0L) : "rcx", "r11", "memory");
	return ret;
}

/* Dies with its maker until it is traced with EXITKILL; a maker that died before the prctl is seen by its number. */
_Noreturn void arch_child_wait(int parent)
{
	raw(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL);
	if (raw(SYS_getppid, 0, 0) != parent)
		raw(SYS_exit_group, 1, 0);
	for (;;)
		raw(SYS_pause, 0, 0);
}
