/*
 * remote_kill_test.c - `kill -9` of whoever works on a process, at random instants. usage: remote_kill_test [ROUNDS]
 *
 * A live target goes on unharmed, and the next run takes away what was left in it; half-made processes die with their maker.
 */
#include <sched.h>
#include <sys/stat.h>

#include "core/base/io.h"
#include "core/remote/remote.h"
#include "remote_target.h"

#define SCRATCH 0x200000000000ull

/* ---- a live target ---- */

static void use(struct remote_process *p, unsigned *seed)
{
	struct remote_thread *t = &p->threads[(unsigned)rand_r(seed) % p->nthreads];
	struct batch b;

	if (batch_begin(&b, t) < 0)
		return;
	for (int i = 0; i < 200; i++)
		batch_call(&b, "getppid", SYS_getppid, 0, 0, 0, 0, 0, 0);
	batch_run(&b);
}

/* All threads at once. */
static void use_together(struct remote_process *p)
{
	struct batch b[BATCHES_MAX], *all[BATCHES_MAX];
	size_t n;

	for (n = 0; n < p->nthreads && n < BATCHES_MAX; n++) {
		all[n] = &b[n];
		if ((n ? batch_begin_beside(&b[n], &p->threads[n], &b[n - 1]) : batch_begin(&b[n], &p->threads[n])) != 0)
			return;
		for (int i = 0; i < 100; i++)
			batch_call(&b[n], "getppid", SYS_getppid, 0, 0, 0, 0, 0, 0);
	}
	batch_run_together(all, n);
}

_Noreturn static void seize_for_ever(pid_t pid, unsigned seed)
{
	for (;;) {
		struct remote_process *p = remote_seize(pid);

		if (!p || remote_open(p) < 0) {
			complain(err_text(), 0, 0);
			_exit(1);
		}
		for (int i = 0; i < 10; i++)
			if (rand_r(&seed) % 2)
				use(p, &seed);
			else
				use_together(p);
		if (rand_r(&seed) % 4 == 0)
			remote_close(p);
		remote_release(p);
	}
}

static int count_lines(pid_t pid, const char *word)
{
	cleanup_buf struct buf b = { 0 };
	char path[64];
	int n = 0;

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	if (io_read_file(-1, path, &b) < 0)
		return -1;
	for (char *at = b.p; at && (at = strstr(at, word)); at++)
		n++;
	return n;
}

static void test_live(const char *title, int lane, int rounds, uid_t uid)
{
	unsigned seed = (unsigned)getpid() * 17 + (unsigned)lane;
	pid_t pid = start_target(lane);
	int done, left = 0, most = 0;
	char line[160];

	if (uid)
		usleep(1000);
	for (done = 0; done < rounds; done++) {
		pid_t tracer = fork();

		if (!tracer)
			seize_for_ever(pid, seed + (unsigned)done);
		usleep(500 + (useconds_t)rand_r(&seed) % 12000);
		kill(tracer, SIGKILL);
		waitpid(tracer, NULL, 0);
		if (!target_goes_on(lane))
			break;
		int now_left = count_lines(pid, "/dev/zero") - 1;	/* but for `shared' */
		left += now_left > 0;
		most = now_left > most ? now_left : most;
	}
	snprintf(line, sizeof(line), "%s: %d of %d kills survived (%d left a scratch, never more than %d)", title, done, rounds, left, most);
	check(done == rounds && most <= 1, line);
	remote_release(remote_seize(pid));
	snprintf(line, sizeof(line), "%s: the next run takes it away", title);
	check(count_lines(pid, "/dev/zero") == 1 && target_goes_on(lane), line);
	end_target(pid);
}

/* ---- a wakeup ---- */

static void on_wakeup(int sig)
{
	shared->value[1] += sig == SIGUSR1;
}

_Noreturn static void pause_for_ever(void)
{
	signal(SIGUSR1, on_wakeup);
	shared->ready = 1;
	for (;; shared->progress[0]++)
		if (pause() != -1 || errno != EINTR)
			complain("pause", 0, 0);
}

/* Signals while somebody holds the process, and is killed: pause() must return for each. */
static void test_wakeups(int rounds)
{
	unsigned seed = (unsigned)getpid();
	char line[160];
	pid_t pid;
	int done;

	fflush(stdout);
	memset(shared, 0, sizeof(*shared));
	pid = fork();
	if (!pid)
		pause_for_ever();
	while (!shared->ready)
		usleep(200);
	/* A signal that comes before it sleeps would be lost without us. */
	for (done = 0; done < rounds && wait_state(pid, 'S'); done++) {
		unsigned long before = shared->progress[0];
		double end = now() + 10;
		pid_t tracer = fork();

		if (!tracer)
			seize_for_ever(pid, seed + (unsigned)done);
		usleep(2000 + (useconds_t)rand_r(&seed) % 5000);
		kill(pid, SIGUSR1);
		usleep((useconds_t)rand_r(&seed) % 300);
		kill(tracer, SIGKILL);
		waitpid(tracer, NULL, 0);
		while (shared->progress[0] == before && now() < end)
			usleep(200);
		if (shared->progress[0] == before || shared->errors)
			break;
	}
	snprintf(line, sizeof(line), "pause(): %d of %d wakeups arrived", done, rounds);
	check(done == rounds, line);
	end_target(pid);
}

/* ---- a newborn tree ---- */

static int alive(pid_t pid)
{
	cleanup_buf struct buf b = { 0 };
	char path[64], name[16] = "";

	/* A zombie has only to be reaped by init, which takes its time. The numbers may be those of strangers. */
	prctl(PR_GET_NAME, name);
	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	return io_read_file(-1, path, &b) == 0 && b.len && !strstr(b.p, ") Z ") && strstr(b.p, name) && pid != getpid() && pid != getppid();
}

/* New numbers every time: whom a dead process leaves its zombies to takes a while to reap them. */
#define TREES 50
#define TREE_PIDS 5

_Noreturn static void make_for_ever(pid_t base)
{
	for (;; base += TREE_PIDS, shared->value[0]++) {
		struct remote_process *p = remote_spawn(base, SIGCHLD, 0, SCRATCH, 1 << 20), *child;
		struct remote_birth birth = { base + 4, SIGCHLD, 512 << 10, 256 << 10, NULL };
		pid_t tids[3] = { base + 1, base + 2, base + 3 };

		if (shared->value[0] == TREES)
			base -= TREES * TREE_PIDS;
		child = p && !remote_fork(p, &birth, 1) ? birth.process : NULL;
		if (child && !remote_clone_threads(p, tids, 3))
			shared->progress[0]++;
		else if (err_status() != STATUS_REFUSED)	/* a number that a stranger has */
			complain(err_text(), 0, 0);
		if (child)
			remote_kill(child);
		if (p)
			remote_kill(p);
	}
}

static void test_newborn(int rounds)
{
	unsigned seed = (unsigned)getpid();
	pid_t base;
	char line[160], what[64] = "";
	int done;

	memset(shared, 0, sizeof(*shared));
	for (done = 0; done < rounds; done++) {
		double end = now() + 2;
		int left = 1;
		pid_t tracer;

		base = 20000 + (getpid() * 37 % 20 + done) % 50 * TREES * TREE_PIDS;
		shared->value[0] = 0;
		tracer = fork();
		if (!tracer)
			make_for_ever(base);
		usleep(200 + (useconds_t)rand_r(&seed) % 4000);
		kill(tracer, SIGKILL);
		waitpid(tracer, NULL, 0);
		while (left && now() < end) {
			left = 0;
			for (int i = 0; i < TREES * TREE_PIDS; i++)
				left += alive(base + i);
			usleep(100);
		}
		if (left || shared->errors) {
			for (int i = 0; i < TREES * TREE_PIDS; i++)
				if (alive(base + i))
					snprintf(what, sizeof(what), "process %d is still there", base + i);
			break;
		}
	}
	snprintf(line, sizeof(line), "newborn tree: none left behind after %d of %d kills (%lu made)", done, rounds, shared->progress[0]);
	check(done == rounds, line);
	if (*what)
		printf("\t%s\n", what);
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 100;

	setup_shared();
	test_live("one thread, spinning", 0, rounds, 0);
	test_live("one thread, sleeping", 2, rounds, 0);
	test_live("six threads", -1, rounds, 0);
	test_wakeups(rounds);
	test_newborn(rounds);
	if (!geteuid()) {
		fflush(stdout);
		pid_t pid = fork();
		int status = 0;

		if (!pid) {
			failures = 0;
			if (setgid(65534) || setuid(65534))
				_exit(1);
			prctl(PR_SET_DUMPABLE, 1);
			test_live("six threads of an ordinary user", -1, rounds, 65534);
			_exit(failures);
		}
		waitpid(pid, &status, 0);
		failures += status != 0;
	}
	return failures != 0;
}
