/* signal.c - actions of all 64 signals with flags and masks, blocked signals, an alternate stack that is in use. */
/* flavours: dynamic static musl */
#include "subject.h"

static volatile sig_atomic_t came[65];

static void plain(int sig) { came[sig]++; }
static void detailed(int sig, siginfo_t *info, void *context)
{
	(void)context;
	came[sig] += info->si_value.sival_int;
}

/* the kernel's own view, with restorer */
struct kernel_action { void *handler; unsigned long flags; void *restorer; uint64_t mask; };

static void get(int sig, struct kernel_action *a)
{
	memset(a, 0, sizeof(*a));
	syscall(SYS_rt_sigaction, sig, NULL, a, 8);
}

static struct kernel_action before[65];
static uint64_t mask_before;
static char *alternate;
static volatile int done;

static uint64_t mask_now(void)
{
	uint64_t mask = 0;

	syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &mask, 8);
	return mask;
}

/* Runs on the alternate stack: the freeze happens here. */
static void on_stack(int sig)
{
	char here[3000];
	stack_t st;

	subject_fill(here, sizeof(here), sig);
	EXPECT(here > alternate && here < alternate + 65536, "not on the alternate stack");
	mask_before = mask_now();
	subject_freeze();
	EXPECT_EQ(mask_now(), mask_before, "mask inside a handler");
	sigaltstack(NULL, &st);
	EXPECT(st.ss_sp == alternate && st.ss_flags == SS_ONSTACK, "alternate stack in use: %p flags %d", st.ss_sp, st.ss_flags);
	EXPECT_FILLED(here, sizeof(here), sig, "alternate stack");
	done = 1;
}

int main(int argc, char **argv)
{
	struct sigaction a;
	struct kernel_action now;
	stack_t st = { .ss_size = 65536 };
	int sig;

	subject_init(argc, argv);
	for (sig = 1; sig <= 64; sig++) {
		memset(&a, 0, sizeof(a));
		sigfillset(&a.sa_mask);
		sigdelset(&a.sa_mask, (sig * 7) % 64 + 1);
		a.sa_flags = (sig % 2 ? SA_RESTART : 0) | (sig % 3 == 0 ? SA_NODEFER : 0) | (sig % 5 == 0 ? SA_ONSTACK : 0);
		if (sig % 4 == 0)
			a.sa_handler = SIG_IGN;
		else if (sig % 4 == 1)
			a.sa_handler = plain;
		else if (sig % 4 == 2)
			a.sa_sigaction = detailed, a.sa_flags |= SA_SIGINFO;
		else
			a.sa_handler = SIG_DFL;
		sigaction(sig, &a, NULL);	/* some may not be set */
	}
	a.sa_handler = on_stack;
	a.sa_flags = SA_ONSTACK | SA_RESETHAND;
	sigemptyset(&a.sa_mask);
	sigaddset(&a.sa_mask, SIGHUP);
	MUST(sigaction(SIGUSR2, &a, NULL) == 0);
	a.sa_handler = SIG_IGN;
	a.sa_flags = SA_NOCLDWAIT | SA_NOCLDSTOP;
	MUST(sigaction(SIGCHLD, &a, NULL) == 0);
	sigemptyset(&a.sa_mask);
	sigaddset(&a.sa_mask, SIGTERM);
	sigaddset(&a.sa_mask, SIGRTMIN + 3);
	sigprocmask(SIG_SETMASK, &a.sa_mask, NULL);
	st.ss_sp = alternate = malloc(65536);
	MUST(sigaltstack(&st, NULL) == 0);
	for (sig = 1; sig <= 64; sig++)
		get(sig, &before[sig]);
	before[SIGUSR2].handler = SIG_DFL;	/* SA_RESETHAND */

	raise(SIGUSR2);

	EXPECT(done, "the handler did not come back");
	for (sig = 1; sig <= 64; sig++) {
		get(sig, &now);
		EXPECT(now.handler == before[sig].handler, "signal %d: handler is %p, was %p", sig, now.handler, before[sig].handler);
		EXPECT(now.restorer == before[sig].restorer, "signal %d: restorer", sig);
		EXPECT(now.mask == before[sig].mask, "signal %d: mask is %llx, was %llx", sig, (long long)now.mask, (long long)before[sig].mask);
		if (sig != SIGUSR2)
			EXPECT(now.flags == before[sig].flags, "signal %d: flags are %lx, were %lx", sig, now.flags, before[sig].flags);
	}
	EXPECT(mask_now() == ((1ULL << (SIGTERM - 1)) | 1ULL << (SIGRTMIN + 3 - 1)), "mask after the handler: %llx", (long long)mask_now());
	raise(SIGHUP);	/* 1 % 4 == 1 */
	EXPECT_EQ(came[SIGHUP], 1, "a handler afterwards");
	sigqueue(getpid(), 42, (union sigval){ .sival_int = 5 });	/* 42 % 4 == 2 */
	EXPECT_EQ(came[42], 5, "a handler with siginfo");
	return subject_end();
}
