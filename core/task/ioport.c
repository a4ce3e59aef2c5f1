/*
 * ioport.c - refuses threads that may use ports of the machine: ioperm(2) and iopl(2), of programs that drive hardware by themselves.
 *
 *	ptrace(2), PTRACE_GETREGSET, NT_386_IOPERM: the bitmap of ports; ENXIO: there is none
 *	iopl(3): 0 when that is the level already; EPERM when it is not, without CAP_SYS_RAWIO
 *
 * ioperm_get() and ksys_iopl() in arch/x86/kernel
 */
#include <sys/ptrace.h>
#include <sys/uio.h>

#include "core/task/task.h"

#define NT_386_IOPERM 0x201
#define ALL_PORTS 3

/* Whoever could get the level by this call is not asked: he would. */
static int ioport_ask(struct ask *a, const struct task *t, const struct thread *th)
{
	uint64_t caps = ~0ull;
	uint32_t uid;

	a->space = NULL;		/* not asked */
	if (task_who(t, th, &uid, &caps) < 0)
		return -1;
	if (caps >> CAP_SYS_RAWIO & 1)
		return 0;
	a->space = a;
	CALL(a->batch, NULL, SYS_iopl, ALL_PORTS, 0, 0);
	return 0;
}

static int has_bitmap(pid_t tid)
{
	unsigned long some;
	struct iovec io = { &some, sizeof(some) };

	return !ptrace(PTRACE_GETREGSET, tid, (void *)NT_386_IOPERM, &io) && io.iov_len;
}

static int ioport_answer(struct ask *a, struct scan *s, const struct task *t, const struct thread *th, struct state *out)
{
	long r = a->space ? ask_result(a, 0) : -EPERM;

	if (has_bitmap(th->tid))
		return report_refuse_thread(s->report, "ioport", t->pid, th->tid, "", "it may use ports of the machine (ioperm)");
	if (r == -EPERM || r == -ENOSYS)
		return 0;
	return report_refuse_thread(s->report, "ioport", t->pid, th->tid, "", "it may use all ports of the machine (iopl)");
}

const struct task_kind task_ioport = {
	.name = "ioport",
	.title = ROW_TEXT("ports of the machine"),
	.how = ROW_TEXT("ptrace(PTRACE_GETREGSET) for NT_386_IOPERM; iopl(3) inside a thread that may not raise its level"),
	.takes = ROW_TEXT("ioperm(2) for each range of the bitmap, in the thread; a kernel that tells the level of iopl(2)"),
	.page = ROW_PAGE(
		"Permission to use ports of the machine (ioperm(2), iopl(2)), which X servers and tools for firmware have.\n\n"
		"The bitmap of ioperm shows to a tracer alone. The level of iopl shows nowhere: a thread without "
		"CAP_SYS_RAWIO is made to ask for the highest one, which it is given when it has it. With the capability "
		"it would be given it in any case: such a level cannot be found out, and is lost, to be raised again.\n\n"
		"What stands behind the ports is outside of the process, as with other devices."),
	.inside = 1,
	.refuses = "ioport",
	.scope = PER_THREAD,
	.ask = IF_INSIDE(ioport_ask),
	.answer = IF_INSIDE(ioport_answer),
};
