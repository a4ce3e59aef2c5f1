/*
 * remote_newborn_test.c - core/remote makes processes: numbers, children, threads, start state, zombies, and no trace of the maker.
 */
#include "core/base/io.h"
#include "core/remote/remote.h"
#include "remote_target.h"

#define SCRATCH 0x200000000000ull

/* The first of a run of numbers that nobody has. */
static pid_t base;
#define BASE base

static pid_t free_numbers(int n)
{
	int run = 0;

	for (pid_t pid = 15000; pid < 32000; pid++) {
		run = kill(pid, 0) < 0 ? run + 1 : 0;
		if (run == n)
			return pid - n + 1;
	}
	return 15000;
}

static uint64_t own_fs(void)
{
	uint64_t fs;

	__asm__("mov %%fs:0, %0" : "=r"(fs));
	return fs;
}

/* Mapped before any newborn is made, so that all have it. */
static char *stacks;
static int next_stack;

/* What a newborn starts with: FUNCTION(ARG) on a stack of its own, with our thread pointer. */
static struct user_regs_struct start_at(struct remote_thread *t, void (*function)(long), long arg)
{
	struct user_regs_struct regs = t->regs;
	char *stack = stacks + 65536 * next_stack++;

	regs.rip = (uint64_t)(uintptr_t)function;
	regs.rsp = ((uint64_t)(uintptr_t)stack + 65536 - 64) - 8;
	regs.rdi = (uint64_t)arg;
	regs.rax = 0;
	regs.orig_rax = (uint64_t)-1;
	regs.eflags = 0x202;
	regs.fs_base = own_fs();
	return regs;
}

static int has_map(pid_t pid, const char *word)
{
	cleanup_buf struct buf b = { 0 };
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	return io_read_file(-1, path, &b) < 0 ? -1 : strstr(b.p, word) != NULL;
}

/* Without libc: its idea of the thread is the maker's. */
static void run_thread(long lane)
{
	uint64_t mask = 0;

	syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &mask, 8);
	shared->value[lane] = (long)mask;
	shared->tids[lane] = (int)syscall(SYS_gettid);
	if (lane == 0)
		while (!shared->tids[1] || !shared->tids[2])
			syscall(SYS_sched_yield);
	if (lane == 0)
		syscall(SYS_exit_group, 7);
	for (;;)
		syscall(SYS_pause);
}

static int finish(struct remote_process *p)
{
	return remote_finish_newborns(&(struct remote_finish){ .process = p }, 1);
}

static void test_threads(void)
{
	pid_t tids[] = { BASE + 7, BASE + 3 };
	struct remote_process *p = remote_spawn(BASE, SIGCHLD, 0, SCRATCH, 1 << 20);
	int status = 0, good = 1;
	long result = 0;

	check(p && p->pid == BASE, "a process with a chosen number");
	if (!p)
		return;
	check(remote_syscall(&p->threads[0], &result, SYS_getpid, 0, 0, 0, 0, 0, 0) == 0 && result == BASE, "it runs calls");
	check(remote_clone_threads(p, tids, 2) == 0 && p->nthreads == 3 && p->threads[1].tid == BASE + 3 && p->threads[2].tid == BASE + 7,
	      "threads with chosen numbers, in order");
	for (int i = 0; i < 3; i++)
		good &= !remote_syscall(&p->threads[i], &result, SYS_gettid, 0, 0, 0, 0, 0, 0) && result == p->threads[i].tid;
	check(good, "each thread runs calls");
	for (int i = 0; i < 3; i++) {
		struct user_regs_struct regs = start_at(&p->threads[i], run_thread, i);

		good &= !remote_set_start(&p->threads[i], &regs, 1ull << (SIGUSR1 - 1) | 1ull << (33 + i));
	}
	check(good && !remote_syscall(&p->threads[1], &result, SYS_gettid, 0, 0, 0, 0, 0, 0), "a call after the start state was set");
	check(has_map(BASE, "200000000000") == 1 && finish(p) == 0 && has_map(BASE, "200000000000") == 0,
	      "finishing takes the scratch away");
	remote_release(p);
	check(waitpid(BASE, &status, 0) == BASE && WIFEXITED(status) && WEXITSTATUS(status) == 7, "it runs and exits");
	check(shared->tids[0] == BASE && shared->tids[1] == BASE + 3 && shared->tids[2] == BASE + 7, "its threads ran");
	good = 1;
	for (int i = 0; i < 3; i++)
		good &= shared->value[i] == (long)(1ull << (SIGUSR1 - 1) | 1ull << (33 + i));
	check(good, "with the signal masks that were set");
}

static void run_child(long unused)
{
	(void)unused;
	shared->value[0] = syscall(SYS_getppid);
	for (;;)
		syscall(SYS_pause);
}

static void run_parent(long unused)
{
	int status = 0;

	(void)unused;
	while (!shared->value[0])
		syscall(SYS_sched_yield);
	syscall(SYS_kill, BASE + 22, SIGTERM);
	shared->value[1] = syscall(SYS_wait4, BASE + 22, &status, __WALL, 0);
	shared->value[2] = status;
	syscall(SYS_exit_group, 0);
}

static int zombie_of(struct remote_process *p, pid_t pid, int expected)
{
	uint64_t remote;
	struct batch b;
	int *status;
	unsigned i;

	if (batch_begin(&b, &p->threads[0]) < 0)
		return 0;
	status = batch_space(&b, sizeof(*status), &remote);
	i = batch_call(&b, "wait4", SYS_wait4, (uint64_t)pid, remote, __WALL | WNOHANG, 0, 0, 0);
	if (batch_run(&b) < 0)
		return 0;
	if (batch_result(&b, i) != pid || *status != expected)
		printf("\twait4: %ld status %#x\n", batch_result(&b, i), *status);
	return batch_result(&b, i) == pid && *status == expected;
}

static void test_children(void)
{
	struct remote_process *p = remote_spawn(BASE + 20, SIGCHLD, 0, SCRATCH, 8 << 20), *child, *odd, *other, *grandchild;
	struct remote_birth births[] = {
		{ BASE + 21, 0, 4 << 20, 1 << 20, NULL }, { BASE + 22, SIGCHLD, 5 << 20, 1 << 20, NULL }, { BASE + 23, SIGWINCH, 6 << 20, 1 << 20, NULL },
	}, below = { BASE + 24, SIGCHLD, 7 << 20, 256 << 10, NULL }, twice[] = {
		{ BASE + 25, SIGCHLD, (7 << 20) + (256 << 10), 128 << 10, NULL }, { BASE + 22, SIGCHLD, (7 << 20) + (384 << 10), 128 << 10, NULL },
	};
	struct user_regs_struct regs;
	int status = 0;

	memset(shared, 0, sizeof(*shared));
	check(p != NULL, "a root");
	check(remote_fork(p, births, 3) == 0, "children with exit signals 0, SIGCHLD, SIGWINCH");
	odd = births[0].process;
	child = births[1].process;
	other = births[2].process;
	check(remote_fork(child, &below, 1) == 0, "a child of a child");
	grandchild = below.process;
	check(remote_fork(p, twice, 2) < 0 && err_status() == STATUS_REFUSED && !twice[1].process, "a number in use is refused");
	check(twice[0].process && remote_end(twice[0].process, 0) == 0 && zombie_of(p, BASE + 25, 0), "who was made together with it is known");
	err_clear();
	check(remote_end(odd, 3 << 8) == 0 && zombie_of(p, BASE + 21, 3 << 8), "a zombie that exited");
	check(remote_end(other, SIGSEGV) == 0 && zombie_of(p, BASE + 23, SIGSEGV), "a zombie that got a signal");
	check(remote_end(grandchild, SIGKILL) == 0 && zombie_of(child, BASE + 24, SIGKILL), "a zombie that was killed");
	regs = start_at(&child->threads[0], run_child, 0);
	remote_set_start(&child->threads[0], &regs, 0);
	regs = start_at(&p->threads[0], run_parent, 0);
	remote_set_start(&p->threads[0], &regs, 0);
	check(!finish(child) && !finish(p), "finishing both");
	remote_release(child);
	remote_release(p);
	check(waitpid(BASE + 20, &status, 0) == BASE + 20 && status == 0, "the tree runs");
	check(shared->value[0] == BASE + 20 && shared->value[1] == BASE + 22 && shared->value[2] == SIGTERM, "as parent and child");
}

/* Started inside an interrupted call, as an image has it. */
static void run_restart(long unused)
{
	(void)unused;
}

/* read() of an empty pipe, interrupted: -ERESTARTSYS in a process that never made the call. */
static void test_restart(void)
{
	static const unsigned char code[] = {
		0x0f, 0x05,				/* syscall */
		0x48, 0x89, 0xc7,			/* mov %rax,%rdi */
		0xb8, 0xe7, 0, 0, 0, 0x0f, 0x05,	/* exit_group(%rdi) */
	};
	struct remote_process *p;
	struct user_regs_struct regs;
	char *text = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int fds[2], status = 0;

	memcpy(text, code, sizeof(code));
	if (pipe(fds))
		abort();
	p = remote_spawn(BASE + 30, SIGCHLD, 0, SCRATCH, 1 << 20);
	if (!p)
		return check(0, "spawn");
	regs = start_at(&p->threads[0], run_restart, fds[0]);
	regs.rip = (uint64_t)(uintptr_t)text + 2;
	regs.orig_rax = SYS_read;
	regs.rax = (uint64_t)-512;
	regs.rsi = (uint64_t)(uintptr_t)text + 1024;
	regs.rdx = 5;
	check(!remote_set_start(&p->threads[0], &regs, 0) && !finish(p), "start inside an interrupted call");
	remote_release(p);
	usleep(20000);
	check(waitpid(BASE + 30, &status, WNOHANG) == 0, "the call is restarted");
	if (write(fds[1], "abc", 3) != 3)
		abort();
	check(waitpid(BASE + 30, &status, 0) == BASE + 30 && WIFEXITED(status) && WEXITSTATUS(status) == 3, "and returns what it read");
	close(fds[0]);
	close(fds[1]);
}

/* SIG_IGN of SIGTRAP must outlive the end of the making. */
static void test_sigtrap(void)
{
	struct { uint64_t handler, flags, restorer, mask; } action = { (uint64_t)(uintptr_t)SIG_IGN, 0, 0, 0 };
	struct remote_process *p = remote_spawn(BASE + 40, SIGCHLD, 0, SCRATCH, 1 << 20);
	char path[64], word[32];
	struct batch b;
	cleanup_buf struct buf status = { 0 };

	if (!p || batch_begin(&b, &p->threads[0]) < 0)
		return check(0, "spawn");
	batch_call(&b, "rt_sigaction", SYS_rt_sigaction, SIGTRAP, batch_put(&b, &action, sizeof(action)), 0, 8, 0, 0);
	check(!batch_run(&b) && !finish(p), "SIGTRAP ignored");
	snprintf(path, sizeof(path), "/proc/%d/status", BASE + 40);
	snprintf(word, sizeof(word), "SigIgn:\t%016x", 1 << (SIGTRAP - 1));
	check(io_read_file(-1, path, &status) == 0 && strstr(status.p, word), "is still ignored when all is done");
	remote_kill(p);
}

static void test_many(void)
{
	enum { N = 1000 };
	BASE = free_numbers(2 * N) - 10;
	pid_t *tids = calloc(N, sizeof(*tids));
	struct remote_process *p = remote_spawn(BASE + 1000, SIGCHLD, 0, SCRATCH, 2 << 20);
	double from = now();
	long result;
	int good = 1;
	char line[128];

	for (int i = 0; i < N; i++)
		tids[i] = BASE + 1001 + (i * 7) % N;
	check(p && !remote_clone_threads(p, tids, N) && p->nthreads == N + 1, "1000 threads");
	snprintf(line, sizeof(line), "made in %.0f ms", (now() - from) * 1000);
	from = now();
	for (int i = 0; p && i <= N; i++)
		good &= !remote_syscall(&p->threads[i], &result, SYS_gettid, 0, 0, 0, 0, 0, 0) && result == p->threads[i].tid &&
			result == BASE + 1000 + i;
	snprintf(line + strlen(line), sizeof(line) - strlen(line), ", a call in each in %.0f ms", (now() - from) * 1000);
	check(good, line);
	remote_kill(p);
	check(kill(BASE + 1000, 0) < 0, "and ended");
	free(tids);
}

int main(void)
{
	setup_shared();
	stacks = mmap(NULL, 65536 * 16, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	base = free_numbers(50);
	test_threads();
	test_children();
	test_restart();
	test_sigtrap();
	test_many();
	return failures != 0;
}
