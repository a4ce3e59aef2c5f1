/*
 * signal.c - what a process does about each signal: one record for every action that is not plain SIG_DFL.
 *
 *	rt_sigaction(2): { handler, flags, restorer, mask }, 32 bytes, mask of 8 bytes
 *
 * The libc's sigaction() hides the restorer and refuses its own signals, so this is the kernel's layout. Signal masks are in
 * regs.c, the alternate stack in altstack.c, waiting signals in pending.c. See sigaction(2).
 */
#include <signal.h>

#include "core/task/task.h"

#define SIGNALS 64

struct kernel_sigaction {
	uint64_t handler, flags, restorer, mask;
};

struct action {
	uint32_t signo;
	uint64_t handler, flags, restorer, mask;
};

static const struct field action_fields[] = {
	FIELD(struct action, signo, U64),
	FIELD(struct action, handler, HEX),
	FIELD(struct action, flags, HEX),
	FIELD(struct action, restorer, HEX),
	FIELD(struct action, mask, HEX),
	FIELD_END
};

static int settable(unsigned signo)
{
	return signo != SIGKILL && signo != SIGSTOP;
}

static int signal_ask(struct ask *a, const struct task *t, const struct thread *th)
{
	for (unsigned i = 0; i < SIGNALS; i++)
		CALL(a->batch, "rt_sigaction", SYS_rt_sigaction, i + 1, 0, a->remote + i * sizeof(struct kernel_sigaction), 8);
	return 0;
}

static int is_default(const struct kernel_sigaction *k)
{
	return !k->handler && !k->flags && !k->restorer && !k->mask;
}

static int signal_answer(struct ask *a, struct scan *s, const struct task *t, const struct thread *th, struct state *out)
{
	const struct kernel_sigaction *act = a->space;
	struct action *item;
	size_t n = 0;

	for (unsigned i = 0; i < SIGNALS; i++)
		n += settable(i + 1) && !is_default(&act[i]);
	if (!n)
		return 0;
	item = state_alloc(s, out, n, sizeof(*item));
	if (!item)
		return -1;
	for (unsigned i = 0; i < SIGNALS; i++) {
		if (!settable(i + 1) || is_default(&act[i]))
			continue;
		*item++ = (struct action){ .signo = i + 1, .handler = act[i].handler, .flags = act[i].flags,
					   .restorer = act[i].restorer, .mask = act[i].mask };
	}
	return 0;
}

static int signal_preflight(struct rebuild *r, const struct task *t, const struct thread *th, const struct state *in)
{
	const struct action *item = in->items;

	for (size_t i = 0; i < in->n; i++) {
		if (item[i].signo < 1 || item[i].signo > SIGNALS || !settable(item[i].signo))
			return fail_image("process %d: an action for signal %u", (int)t->pid, item[i].signo);
		if (i && item[i].signo <= item[i - 1].signo)
			return fail_image("process %d: signal actions out of order at %u", (int)t->pid, item[i].signo);
	}
	return 0;
}

static void set_action(struct batch *b, unsigned signo, uint64_t remote)
{
	if (settable(signo))
		CALL(b, "rt_sigaction", SYS_rt_sigaction, signo, remote, 0, 8);
}

/*
 * What the ends of its zombies told it, and that others go on after a stop, goes first: the kernel forgets a pending signal when its action
 * becomes one that ignores it, see do_sigaction() in kernel/signal.c. And so does what our own terminal sent while the newborn was in our group:
 * of a new size, or of a stop that is over. All of them are set: a newborn carries ours.
 */
static int signal_rebuild(struct batch *b, const struct task *t, const struct thread *th, const struct state *in)
{
	struct kernel_sigaction act[SIGNALS + 1];
	const struct action *item = in->items;
	uint64_t remote, told = 1ull << (SIGWINCH - 1) | 1ull << (SIGCONT - 1);

	memset(act, 0, sizeof(act));
	act[0].handler = (uint64_t)(uintptr_t)SIG_IGN;
	for (size_t i = 0; i < in->n; i++)
		act[item[i].signo] = (struct kernel_sigaction){ item[i].handler, item[i].flags, item[i].restorer, item[i].mask };
	remote = batch_put(b, act, sizeof(act));
	if (!remote)
		return -1;
	for (const struct task *child = t->child; child; child = child->sibling)
		if (!strcmp(child->run, "continued"))
			told |= 1ull << (SIGCHLD - 1);
		else if (!child->mm && child->exit_signal > 0)
			told |= 1ull << (child->exit_signal - 1);
	for (unsigned i = 1; i <= SIGNALS; i++) {
		if (told >> (i - 1) & 1)
			set_action(b, i, remote);
		set_action(b, i, remote + i * sizeof(act[0]));
	}
	return 0;
}

const struct task_kind task_signal = {
	.name = "signal",
	.title = ROW_TEXT("signal actions"),
	.also = ROW_TEXT("sigaction handlers"),
	.how = ROW_TEXT("rt_sigaction(2) of all 64 signals, inside the process"),
	.page = ROW_PAGE(
		"What a process does about each of the 64 signals: handler, flags, mask, restorer.\n\n"
		"status shows only which are caught or ignored, so rt_sigaction(2) is asked for all of them inside the "
		"frozen process: 64 calls, one batch, about 20 us. The layout is the kernel's own, because the C library "
		"hides the restorer and refuses its own two signals.\n\n"
		"Set again inside; what is default is left alone. Nothing is lost. Masks are in regs, waiting signals in "
		"pending."),
	.in_2009 = 'S',
	.scope = PER_TASK,
	.stage = STAGE_FIRST,
	.fields = IF_IMAGE(action_fields),
	.size = sizeof(struct action),
	.space = SIGNALS * sizeof(struct kernel_sigaction),
	.ask = IF_INSIDE(signal_ask),
	.answer = IF_INSIDE(signal_answer),
	.preflight = IF_RESTORE(signal_preflight),
	.rebuild = IF_RESTORE(signal_rebuild),
};
