/*
 * remote_test.c - core/remote on live processes: stops, calls, group stops, interrupted calls, signals, races, refusals.
 *
 * The processes check themselves (remote_target.h); what is left behind in one would show there.
 */
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <elf.h>
#include <sched.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

#include "core/base/io.h"
#include "core/remote/remote.h"
#include "remote_target.h"

static int maps_have(pid_t pid, const char *word)
{
	cleanup_buf struct buf b = { 0 };
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	return io_read_file(-1, path, &b) == 0 && b.len && strstr(b.p, word);
}

/* A full round: every thread runs two batches. */
static int full_round(pid_t pid, int *nthreads)
{
	struct remote_process *p = remote_seize(pid);
	int good = p && !remote_open(p);

	for (size_t i = 0; good && i < 2 * p->nthreads; i++) {
		struct remote_thread *t = &p->threads[i % p->nthreads];
		struct batch b;
		unsigned gettid, bad;
		uint64_t remote;
		char *name;

		if (t->zombie)
			continue;
		good = !batch_begin(&b, t) && (name = batch_space(&b, 16, &remote));
		if (!good)
			break;
		batch_call(&b, "prctl", SYS_prctl, PR_GET_NAME, remote, 0, 0, 0, 0);
		gettid = batch_call(&b, "gettid", SYS_gettid, 0, 0, 0, 0, 0, 0);
		bad = batch_call(&b, NULL, SYS_close, 9999, 0, 0, 0, 0, 0);
		good = !batch_run(&b) && batch_result(&b, gettid) == t->tid && batch_result(&b, bad) == -EBADF && name[0];
	}
	if (nthreads)
		*nthreads = p ? (int)p->nthreads : 0;
	remote_release(p);
	return good;
}

static void test_simple(int lane, const char *title)
{
	pid_t pid = start_target(lane);
	int n = 0, good = 1;
	double from;
	char line[160];

	usleep(20000);
	from = now();
	for (int i = 0; i < 100 && good; i++)
		good = full_round(pid, &n);
	snprintf(line, sizeof(line), "%s: 100 rounds, %d threads, %.2f ms each", title, n, (now() - from) * 10);
	check(good && n == (lane < 0 ? LANES : 1), line);
	snprintf(line, sizeof(line), "%s: it goes on, and nothing is left in it", title);
	check(target_goes_on(lane) && !maps_have(pid, "rwxs"), line);
	end_target(pid);
}

static void test_batches(void)
{
	pid_t pid = start_target(0);
	struct remote_process *p = remote_seize(pid);
	struct batch b;
	long result;
	double from;
	char line[128];

	check(p && !remote_open(p) && !batch_begin(&b, &p->threads[0]), "open");
	check(batch_capacity(&b) >= 8000, "room for 8000 calls");
	for (int i = 0; i < 500; i++)
		batch_call(&b, "getpid", SYS_getpid, 0, 0, 0, 0, 0, 0);
	check(!batch_run(&b) && batch_result(&b, 499) == pid, "500 calls in a batch");
	check(!remote_syscall(&p->threads[0], &result, SYS_getppid, 0, 0, 0, 0, 0, 0) && result == getpid() && batch_result(&b, 0) == pid,
	      "a single call leaves the results of the batch");
	from = now();
	for (int i = 0; i < 1000; i++)
		remote_syscall(&p->threads[0], &result, SYS_getppid, 0, 0, 0, 0, 0, 0);
	snprintf(line, sizeof(line), "single calls: %.1f us each", (now() - from) * 1000);
	check(1, line);
	batch_begin(&b, &p->threads[0]);
	batch_call(&b, "close nothing", SYS_close, 9999, 0, 0, 0, 0, 0);
	check(batch_run(&b) < 0 && !strcmp(err_text(), "close nothing: Bad file descriptor"), "a compulsory call that fails is named");
	err_clear();
	batch_begin(&b, &p->threads[0]);
	while (batch_capacity(&b))
		batch_call(&b, NULL, SYS_getpid, 0, 0, 0, 0, 0, 0);
	check(!batch_run(&b), "a full batch");
	batch_call(&b, NULL, SYS_getpid, 0, 0, 0, 0, 0, 0);
	check(batch_run(&b) < 0, "a batch that is too long fails");
	err_clear();
	check(!remote_close(p) && !maps_have(pid, "rwxs") && !remote_open(p), "close and open again");
	check(!remote_close(p), "close");
	remote_release(p);
	check(target_goes_on(0), "the target goes on");
	end_target(pid);
}

/* One batch for each thread; every one asks who it is, and fills memory of its own. */
static int ask_together(struct remote_process *p, int alone, int bad)
{
	struct batch b[LANES], *all[LANES];
	char *name[LANES];
	uint64_t at;
	int good = 1;

	for (size_t i = 0; i < p->nthreads; i++) {
		all[i] = &b[i];
		if ((i ? batch_begin_beside(&b[i], &p->threads[i], &b[i - 1]) : batch_begin(&b[i], &p->threads[i])) != 0 ||
		    !(name[i] = batch_space(&b[i], 100, &at)))
			return 0;
		for (size_t j = 0; j < i; j++)
			batch_call(&b[i], "getpid", SYS_getpid, 0, 0, 0, 0, 0, 0);
		batch_call(&b[i], "gettid", SYS_gettid, 0, 0, 0, 0, 0, 0);
		batch_call(&b[i], "prctl", SYS_prctl, PR_GET_NAME, at, 0, 0, 0, 0);
		if ((int)i == bad)
			batch_call(&b[i], "close nothing", SYS_close, 9999, 0, 0, 0, 0, 0);
		b[i].alone = (int)i == alone;
	}
	if (batch_run_together(all, p->nthreads) < 0)
		return -1;
	for (size_t i = 0; i < p->nthreads; i++)
		good = good && batch_result(&b[i], (unsigned)i) == p->threads[i].tid && name[i][0];
	return good;
}

static void test_together(void)
{
	pid_t pid = start_target(-1);
	struct remote_process *p;
	char said[64];

	usleep(20000);
	p = remote_seize(pid);
	check(p && p->nthreads == LANES && !remote_open(p), "open a process with threads");
	check(ask_together(p, -1, -1) == 1 && ask_together(p, -1, -1) == 1, "each thread's answers are its own");
	check(ask_together(p, 0, -1) == 0, "nothing is begun beside what has to run alone");
	check(ask_together(p, LANES - 1, -1) == 1, "what has to run alone, behind others");
	snprintf(said, sizeof(said), "thread %d: close nothing: Bad file descriptor", p->threads[2].tid);
	check(ask_together(p, -1, 2) < 0 && !strcmp(err_text(), said), "the thread whose call fails is named");
	err_clear();
	check(ask_together(p, -1, -1) == 1, "and then they are asked again");
	remote_release(p);
	check(target_goes_on(-1), "the target goes on");
	end_target(pid);
}

/* ---- stops ---- */

static void test_group_stop(void)
{
	pid_t pid = start_target(-1);
	struct remote_process *p;
	int good = 1;

	usleep(10000);
	kill(pid, SIGSTOP);
	check(wait_state(pid, 'T'), "a stopped target");
	p = remote_seize(pid);
	for (size_t i = 0; p && i < p->nthreads; i++)
		good &= p->threads[i].group_stopped;
	check(p && good, "is seen as stopped");
	remote_release(p);
	check(wait_state(pid, 'T') && full_round(pid, NULL) && wait_state(pid, 'T'), "calls run in it, and it stays stopped");
	kill(pid, SIGCONT);
	check(target_goes_on(-1), "SIGCONT revives it");

	p = remote_seize(pid);
	check(p && !remote_open(p), "seized while it runs");
	kill(pid, SIGSTOP);
	long result;
	for (size_t i = 0; p && i < p->nthreads; i++)
		remote_syscall(&p->threads[i], &result, SYS_getpid, 0, 0, 0, 0, 0, 0);
	remote_release(p);
	check(wait_state(pid, 'T'), "a SIGSTOP that came meanwhile is obeyed");
	kill(pid, SIGCONT);
	check(target_goes_on(-1), "and SIGCONT revives it");

	p = remote_seize(pid);
	check(p && !remote_open(p), "seized while it runs");
	remote_release_stopped(p);
	check(wait_state(pid, 'T'), "released stopped");
	kill(pid, SIGCONT);
	check(target_goes_on(-1), "and SIGCONT revives it");
	p = remote_seize(pid);
	remote_open(p);
	remote_kill(p);
	check(waitpid(pid, NULL, 0) == pid || errno == ECHILD, "killed");
}

/* On the CPU that we keep busy it is stopped only when we let it take the stop: seen at once, it still runs. */
static void test_stopped_at_once(void)
{
	cpu_set_t all, one;
	struct remote_process *p;
	int stopped = 0, still = 0;
	pid_t pid;

	sched_getaffinity(0, sizeof(all), &all);
	CPU_ZERO(&one);
	for (int cpu = 0; cpu < CPU_SETSIZE && !CPU_COUNT(&one); cpu++)
		if (CPU_ISSET(cpu, &all))
			CPU_SET(cpu, &one);
	sched_setaffinity(0, sizeof(one), &one);
	pid = start_target(0);
	for (int i = 0; i < 50; i++) {
		p = remote_seize(pid);
		if (!p)
			break;
		remote_release_stopped(p);
		stopped += state_of(pid) == 'T';
		p = remote_seize(pid);
		if (!p)
			break;
		remote_release(p);
		still += state_of(pid) == 'T';
		kill(pid, SIGCONT);
	}
	check(stopped == 50, "whoever is released stopped has stopped when that returns");
	check(still == 50, "and so has who was stopped before");
	check(target_goes_on(0), "and SIGCONT revives it");
	end_target(pid);
	sched_setaffinity(0, sizeof(all), &all);
}

/* ---- interrupted calls ---- */

struct sleeper {
	const char *name;
	long nr;
	double seconds;
};

static const struct sleeper sleepers[] = {
	{ "nanosleep", SYS_nanosleep, 0.3 },
	{ "clock_nanosleep", SYS_clock_nanosleep, 0.3 },
	{ "poll", SYS_poll, 0.3 },
	{ "futex", SYS_futex, 0.3 },
	{ "read", SYS_read, 0.3 },
	{ "pause", SYS_pause, 0.3 },
	{ "ppoll", SYS_ppoll, 0.3 },
};

static void on_signal(int sig, siginfo_t *info, void *context)
{
	(void)context;
	shared->value[2] = info->si_value.sival_int;
	shared->value[3] = sig;
	shared->value[4]++;
}

static long sleep_in(long nr, int *fds)
{
	struct timespec t = { 0, 300000000 };
	_Atomic int word = 0;
	char c;

	switch (nr) {
	case SYS_nanosleep:
		return syscall(nr, &t, NULL);
	case SYS_clock_nanosleep:
		return syscall(nr, CLOCK_MONOTONIC, 0, &t, NULL);
	case SYS_poll:
		return syscall(nr, NULL, 0, 300);
	case SYS_ppoll:
		return syscall(nr, NULL, 0, &t, NULL, 8);
	case SYS_futex:
		return syscall(nr, &word, FUTEX_WAIT, 0, &t, NULL, 0) == -1 && errno == ETIMEDOUT ? 0 : -1;
	case SYS_read:
		return syscall(nr, fds[0], &c, 1) == 1 ? 0 : -1;
	case SYS_pause:
		return syscall(nr) == -1 && errno == EINTR && shared->value[4] ? 0 : -1;
	}
	return -1;
}

static pid_t start_sleeper(const struct sleeper *s, int *fds)
{
	pid_t pid;

	fflush(stdout);
	memset(shared, 0, sizeof(*shared));
	pid = fork();
	if (!pid) {
		struct sigaction act = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_RESTART };
		double from = now();

		sigaction(SIGUSR1, &act, NULL);
		shared->ready = 1;
		shared->value[0] = sleep_in(s->nr, fds);
		shared->value[1] = (long)((now() - from) * 1e6);
		_exit(0);
	}
	return pid;
}

/* 0: it slept for too long. */
static int try_sleeper(const struct sleeper *s, int last)
{
	struct user_regs_struct regs;
	int fds[2], named = 1, good = 1;
	char line[160];
	pid_t pid;

	if (pipe(fds))
		abort();
	pid = start_sleeper(s, fds);
	while (!shared->ready || state_of(pid) != 'S')
		usleep(100);
	usleep(20000);
	for (int i = 0; i < 3; i++) {
		struct remote_process *p = remote_seize(pid);
		long result;

		named &= p && !remote_image_regs(&p->threads[0], &regs) && !remote_open(p) &&
			!remote_syscall(&p->threads[0], &result, SYS_getpid, 0, 0, 0, 0, 0, 0);
		good &= (long)regs.orig_rax == s->nr || ((long)regs.orig_rax == -1 && (long)regs.rax == s->nr);
		usleep(20000);
		remote_release(p);
		usleep(20000);
	}
	snprintf(line, sizeof(line), "%s: an image names the call, three times over", s->name);
	check(named && good, line);
	if (!named || !good)
		printf("\torig_rax %ld rax %ld\n", (long)regs.orig_rax, (long)regs.rax);
	usleep(150000);
	if (s->nr == SYS_pause)
		kill(pid, SIGUSR1);
	if (s->nr == SYS_read && write(fds[1], "x", 1) != 1)
		abort();
	waitpid(pid, NULL, 0);
	snprintf(line, sizeof(line), "%s: undisturbed, %.1f ms", s->name, (double)shared->value[1] / 1000);
	close(fds[0]);
	close(fds[1]);
	good = !shared->value[0] && shared->value[1] >= 260000;
	if (!last && good && shared->value[1] >= 400000)
		return 0;
	check(good && shared->value[1] < 400000, line);
	return 1;
}

/* Sleeping for too long may be for want of a CPU. */
static void test_sleeper(const struct sleeper *s)
{
	if (!try_sleeper(s, 0) && !try_sleeper(s, 0))
		try_sleeper(s, 1);
}

/* ---- restartable sequences ---- */

extern const char rseq_start[], rseq_end[], rseq_abort[];

/* Counts inside a restartable sequence, for ever; counts its aborts. */
static void count_in_rseq(void)
{
	static struct { uint32_t cpu_start, cpu; uint64_t cs; uint32_t flags, pad[3]; } __attribute__((aligned(32))) area;

	if (syscall(SYS_rseq, &area, sizeof(area), 0, 0x53053053))
		complain("rseq", 0, 0);
	shared->ready = 1;
	for (;;)
		__asm__ volatile(
			".pushsection .data.rseq_cs, \"aw\"\n"
			".balign 32\n3: .long 0, 0\n .quad rseq_start, rseq_end - rseq_start, rseq_abort\n"
			".popsection\n"
			"lea 3b(%%rip), %%rax\n mov %%rax, %0\n"
			".globl rseq_start, rseq_end, rseq_abort\n"
			"rseq_start: incq %1\n jmp rseq_start\n"
			"rseq_end: jmp 5f\n"
			".long 0x53053053\n"
			"rseq_abort: incq %2\n"
			"5:\n" : "=m"(area.cs), "+m"(shared->progress[0]), "+m"(shared->progress[1]) : : "rax", "memory", "cc");
}

static int is_in(uint64_t pc)
{
	return pc >= (uint64_t)(uintptr_t)rseq_start && pc < (uint64_t)(uintptr_t)rseq_end;
}

static void test_rseq(void)
{
	struct user_regs_struct regs = { 0 }, image = { 0 };
	struct iovec io = { &regs, sizeof(regs) };
	struct remote_process *p = NULL;
	struct remote_rseq rseq;
	pid_t pid;
	long result;

	fflush(stdout);
	memset(shared, 0, sizeof(*shared));
	pid = fork();
	if (!pid)
		count_in_rseq();
	while (!shared->progress[0] && !shared->errors)
		usleep(100);
	p = remote_seize(pid);
	check(p && is_in(p->threads[0].regs.rip) && !remote_get_rseq(&p->threads[0], &rseq) && rseq.pointer, "stopped in a restartable sequence");
	if (!p)
		return end_target(pid);
	check(!remote_image_regs(&p->threads[0], &image) && image.rip == (uint64_t)(uintptr_t)rseq_abort, "an image has it aborted");
	check(!remote_open(p) && !remote_syscall(&p->threads[0], &result, SYS_getpid, 0, 0, 0, 0, 0, 0) && !remote_close(p) &&
	      !ptrace(PTRACE_GETREGSET, pid, (void *)NT_PRSTATUS, &io) && regs.rip == (uint64_t)(uintptr_t)rseq_abort, "and so has the thread, when calls were run in it");
	remote_release(p);
	check(target_goes_on(0) || shared->progress[1], "it goes on");
	end_target(pid);
}

/* ---- signals ---- */

static void test_queued_signal(void)
{
	struct sleeper s = { "pause", SYS_pause, 0 };
	pid_t pid = start_sleeper(&s, NULL);
	struct remote_process *p;
	union sigval value = { .sival_int = 4711 };
	long result;

	wait_state(pid, 'S');
	usleep(5000);
	p = remote_seize(pid);
	check(p && !remote_open(p), "a target in pause()");
	sigqueue(pid, SIGUSR1, value);
	check(!remote_syscall(&p->threads[0], &result, SYS_getpid, 0, 0, 0, 0, 0, 0), "gets a signal while a call runs in it");
	remote_release(p);
	waitpid(pid, NULL, 0);
	check(!shared->value[0] && shared->value[2] == 4711 && shared->value[4] == 1, "and hears of it afterwards, once, with its value");
}

/* Signals rain while it is seized again and again: each that was sent is handled. */
static void test_signal_rain(void)
{
	pid_t pid, sender;
	long sent;
	int good = 1;

	fflush(stdout);
	memset(shared, 0, sizeof(*shared));
	pid = fork();
	if (!pid) {
		struct sigaction act = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_RESTART };

		sigaction(SIGRTMIN + 1, &act, NULL);
		for (shared->ready = 1;;)
			if (spin_checked(20000))
				complain("registers", 0, 0);
	}
	while (!shared->ready)
		usleep(100);
	sender = fork();
	if (!sender)
		for (;;) {
			shared->value[5] += !sigqueue(pid, SIGRTMIN + 1, (union sigval){ .sival_int = 1 });
			usleep(50);
		}
	for (int i = 0; i < 200 && good; i++)
		good = full_round(pid, NULL);
	end_target(sender);
	sent = shared->value[5];
	usleep(50000);
	check(good && !shared->errors && (shared->value[4] == sent || shared->value[4] == sent + 1), "a rain of signals: none lost, none made up");
	if (shared->value[4] != sent)
		printf("\tsent %ld handled %ld\n", sent, shared->value[4]);
	end_target(pid);
}

/* ---- races ---- */

static void *short_thread(void *arg)
{
	shared->progress[0]++;
	return arg;
}

static void test_churn(void)
{
	pid_t pid;
	int good = 1;

	fflush(stdout);
	memset(shared, 0, sizeof(*shared));
	pid = fork();
	if (!pid)
		for (;;) {
			pthread_t t[4];

			for (int i = 0; i < 4; i++)
				if (pthread_create(&t[i], NULL, short_thread, NULL))
					complain("pthread_create", i, 0);
			for (int i = 0; i < 4; i++)
				pthread_join(t[i], NULL);
		}
	for (int i = 0; i < 200 && good; i++)
		good = full_round(pid, NULL);
	check(good && target_goes_on(0), "threads that come and go, 200 times");
	end_target(pid);
}

static char tester[16];		/* its pid */

/* "exec": starts itself again from a thread that is not the leader, until the test is gone. */
static void *exec_thread(void *arg)
{
	char *argv[] = { "remote_test", "exec", tester, NULL };

	usleep(300);
	execv("/proc/self/exe", argv);
	return arg;
}

static void *idle_thread(void *arg)
{
	pause();
	return arg;
}

static int exec_for_ever(void)
{
	pthread_t t;

	if (kill(atoi(tester), 0))
		return 1;
	for (int i = 0; i < 3; i++)
		pthread_create(&t, NULL, idle_thread, NULL);
	pthread_create(&t, NULL, exec_thread, NULL);
	pause();
	return 0;
}

/* Not our child, like all that is dumped: for a child waitpid(2) would have an answer also when it is not traced any more. */
static pid_t fork_elsewhere(void)
{
	pid_t child;

	shared->value[7] = 0;
	child = fork();
	if (child) {
		waitpid(child, NULL, 0);
		return (pid_t)shared->value[7];
	}
	child = fork();
	if (child) {
		shared->value[7] = child;
		_exit(0);
	}
	return 0;
}

static void test_exec_race(void)
{
	pid_t pid;
	int seized = 0, refused = 0;
	char why[200] = "";
	double from = now();
	char line[128];

	fflush(stdout);
	snprintf(tester, sizeof(tester), "%d", getpid());
	pid = fork_elsewhere();
	if (!pid) {
		exec_thread(NULL);
		_exit(1);
	}
	for (int i = 0; i < 300; i++) {
		int ok = full_round(pid, NULL);

		seized += ok;
		refused += !ok;
		if (!ok)
			snprintf(why, sizeof(why), "%s", err_text());
		err_clear();
		usleep((useconds_t)(i * 7 % 500));
	}
	snprintf(line, sizeof(line), "exec from a thread, for ever: seized %d times, refused %d, %.1f s", seized, refused, now() - from);
	check(seized == 300 && now() - from < 60 && state_of(pid), line);
	if (refused)
		printf("\t%s\n", why);
	end_target(pid);
}

static void *outlive(void *arg)
{
	for (;;) {
		shared->progress[0]++;
		usleep(1000);
	}
	return arg;
}

static void test_zombie_leader(void)
{
	struct remote_process *p;
	pid_t pid;
	long result;

	fflush(stdout);
	memset(shared, 0, sizeof(*shared));
	pid = fork();
	if (!pid) {
		pthread_t t;

		pthread_create(&t, NULL, outlive, NULL);
		syscall(SYS_exit, 0);
	}
	check(wait_state(pid, 'Z'), "a leader that has exited before its thread");
	p = remote_seize(pid);
	check(p && p->nthreads == 2 && p->threads[0].zombie && !p->threads[1].zombie, "is seen as a zombie");
	check(p && !remote_open(p) && !remote_syscall(&p->threads[1], &result, SYS_getpid, 0, 0, 0, 0, 0, 0) && result == pid, "its thread runs calls");
	remote_release(p);
	check(target_goes_on(0), "and goes on");
	end_target(pid);
}

static void test_death(void)
{
	pid_t pid = start_target(-1);
	struct remote_process *p;
	long result;

	usleep(5000);
	p = remote_seize(pid);
	remote_open(p);
	remote_syscall(&p->threads[0], &result, SYS_getpid, 0, 0, 0, 0, 0, 0);
	kill(pid, SIGKILL);
	check(remote_syscall(&p->threads[0], &result, SYS_getpid, 0, 0, 0, 0, 0, 0) < 0 && p->threads[0].gone, "a target that is killed is reported");
	remote_release(p);
	check(1, "and releasing it does not hang");
	waitpid(pid, NULL, WNOHANG);
	err_clear();
}

/* ---- refusals ---- */

static void refused(pid_t pid, const char *why, const char *title)
{
	struct remote_process *p = remote_seize(pid);

	check(!p && err_status() == STATUS_REFUSED && strstr(err_text(), why), title);
	err_clear();
	remote_release(p);
}

static void test_refusals(void)
{
	pid_t pid = fork(), tracer;
	int status;

	if (!pid)
		_exit(0);
	wait_state(pid, 'Z');
	refused(pid, "zombie", "a zombie is refused");
	waitpid(pid, NULL, 0);
	refused(pid, "no process", "no process");
	if (access("/proc/2/exe", F_OK) < 0 && errno == ENOENT && access("/proc/2/status", F_OK) == 0)
		refused(2, "kernel thread", "a kernel thread is refused");
	else
		puts("SKIP: a kernel thread is refused: there is none in this pid namespace");

	pid = start_target(0);
	tracer = fork();
	if (!tracer) {
		ptrace(PTRACE_SEIZE, pid, 0, 0);
		shared->ready = 1;
		pause();
	}
	while (!shared->ready)
		usleep(100);
	refused(pid, "already traced", "a traced process is refused");
	end_target(tracer);
	check(target_goes_on(0), "and goes on");
	end_target(pid);

	fflush(stdout);
	pid = fork();
	if (!pid) {
		pid_t child = vfork();

		if (!child) {
			sleep(3);
			_exit(0);
		}
		waitpid(child, NULL, 0);
		_exit(5);
	}
	wait_state(pid, 'D');
	refused(pid, "vfork", "a parent in vfork() is refused");
	check(waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 5, "and goes on");
}

/* The filter kills who calls mmap(). */
static void test_seccomp(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mmap, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { 4, code };
	pid_t pid;

	fflush(stdout);
	memset(shared, 0, sizeof(*shared));
	pid = fork();
	if (!pid) {
		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
			complain("seccomp", 0, 0);
		for (shared->ready = 1;;) {
			shared->progress[0]++;
			usleep(1000);
		}
	}
	while (!shared->ready)
		usleep(100);
	if (geteuid() == 0) {
		check(full_round(pid, NULL), "a seccomp filter is suspended");
	} else {
		check(!full_round(pid, NULL) && err_status() == STATUS_REFUSED && strstr(err_text(), "seccomp"), "a seccomp filter is refused");
		err_clear();
	}
	check(target_goes_on(0), "and the target goes on");
	end_target(pid);
}

static int all(void)
{
	failures = 0;
	test_batches();
	test_together();
	test_simple(0, "one thread");
	test_simple(-1, "six threads");
	test_group_stop();
	test_stopped_at_once();
	for (size_t i = 0; i < sizeof(sleepers) / sizeof(*sleepers); i++)
		test_sleeper(&sleepers[i]);
	test_rseq();
	test_queued_signal();
	test_signal_rain();
	test_churn();
	test_exec_race();
	test_zombie_leader();
	test_death();
	test_seccomp();
	test_refusals();
	return failures != 0;
}

int main(int argc, char **argv)
{
	int status = 0, ret;
	pid_t pid;

	if (argc > 2 && !strcmp(argv[1], "exec")) {
		snprintf(tester, sizeof(tester), "%s", argv[2]);
		return exec_for_ever();
	}
	setup_shared();
	ret = all();
	if (geteuid())
		return ret;
	printf("# as an ordinary user\n");
	fflush(stdout);
	pid = fork();
	if (!pid) {
		if (setgid(65534) || setuid(65534))
			_exit(1);
		prctl(PR_SET_DUMPABLE, 1);
		ret = all();
		fflush(stdout);
		_exit(ret);
	}
	waitpid(pid, &status, 0);
	return ret || status;
}
