/* blocked.c - threads and children inside system calls: each comes back with the right answer, and never too early. */
/* changes: by itself, each of its calls ends after a second */
/* flavours: dynamic static musl */
#include "subject.h"
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <sys/select.h>
#include <sys/uio.h>

#define FUTEX_WAIT_PRIVATE 128
#define FUTEX_WAKE_PRIVATE 129
#define SECONDS 1

static int in[2], out[2], idle[2], vector[2], futex_word, futex_timed;
static pthread_barrier_t before;
static volatile int usr1_came;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static void on_usr1(int sig) { (void)sig; usr1_came++; }

static void slept(double start, const char *what)
{
	double took = now() - start;

	EXPECT(took >= SECONDS - 0.002, "%s of %d s came back after %.3f s", what, SECONDS, took);
}

static void *in_read(void *arg)
{
	char text[10] = "";

	pthread_barrier_wait(&before);
	EXPECT_EQ(read(in[0], text, 10), 5, "read of a pipe");
	EXPECT(!strcmp(text, "hello"), "read of a pipe gave %s", text);
	return arg;
}

static void *in_readv(void *arg)
{
	char a[3], b[10];
	struct iovec v[2] = { { a, 3 }, { b, 10 } };

	pthread_barrier_wait(&before);
	EXPECT_EQ(readv(vector[0], v, 2), 5, "readv of a pipe");
	EXPECT(!memcmp(a, "hel", 3) && !memcmp(b, "lo", 2), "readv of a pipe gave something else");
	return arg;
}

static void *in_write(void *arg)
{
	static char block[100000];
	size_t have = 0;
	ssize_t n;

	subject_fill(block, sizeof(block), 3);
	pthread_barrier_wait(&before);
	/* a write that had written something is cut short by any stop: the kernel's own way */
	while (have < sizeof(block) && (n = write(out[1], block + have, sizeof(block) - have)) > 0)
		have += n;
	EXPECT_EQ(have, sizeof(block), "write to a full pipe");
	return arg;
}

static void *in_nanosleep(void *arg)
{
	struct timespec t = { SECONDS, 0 };
	double start;

	pthread_barrier_wait(&before);
	start = now();
	EXPECT(!nanosleep(&t, NULL), "nanosleep: %s", strerror(errno));
	slept(start, "nanosleep");
	return arg;
}

static void *in_absolute(void *arg)
{
	struct timespec t;

	pthread_barrier_wait(&before);
	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += SECONDS;
	EXPECT(!clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL), "clock_nanosleep");
	EXPECT(now() >= t.tv_sec + t.tv_nsec / 1e9, "clock_nanosleep came back too early");
	return arg;
}

static void *in_poll(void *arg)
{
	struct pollfd p = { idle[0], POLLIN, 0 };
	double start;

	pthread_barrier_wait(&before);
	start = now();
	EXPECT_EQ(poll(&p, 1, SECONDS * 1000), 0, "poll");
	slept(start, "poll");
	return arg;
}

static void *in_select(void *arg)
{
	struct timeval t = { SECONDS, 0 };
	fd_set set;
	double start;

	FD_ZERO(&set);
	FD_SET(idle[0], &set);
	pthread_barrier_wait(&before);
	start = now();
	EXPECT_EQ(select(idle[0] + 1, &set, NULL, NULL, &t), 0, "select");
	slept(start, "select");
	return arg;
}

static void *in_futex(void *arg)
{
	pthread_barrier_wait(&before);
	while (!__atomic_load_n(&futex_word, __ATOMIC_SEQ_CST)) {
		long r = syscall(SYS_futex, &futex_word, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);

		EXPECT(r == 0 || errno == EAGAIN, "futex without end: %s", strerror(errno));
	}
	return arg;
}

static void *in_futex_timed(void *arg)
{
	struct timespec t = { SECONDS, 0 };
	double start;

	pthread_barrier_wait(&before);
	start = now();
	EXPECT(syscall(SYS_futex, &futex_timed, FUTEX_WAIT_PRIVATE, 0, &t, NULL, 0) == -1 && errno == ETIMEDOUT, "futex with an end: %s", strerror(errno));
	slept(start, "futex");
	return arg;
}

static void *in_sigtimedwait(void *arg)
{
	struct timespec t = { SECONDS, 0 };
	sigset_t set;
	double start;
	int r;

	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN + 5);
	pthread_barrier_wait(&before);
	start = now();
	r = sigtimedwait(&set, NULL, &t);
	/* sigtimedwait(2) may be interrupted: it is the one that is not restarted */
	EXPECT(r == -1 && (errno == EAGAIN || errno == EINTR), "sigtimedwait: %s", strerror(errno));
	if (errno == EAGAIN)
		slept(start, "sigtimedwait");
	return arg;
}

static pid_t waiting_child(void)
{
	pid_t pid = fork(), below;

	if (pid)
		return pid;
	below = fork();
	if (!below) {
		subject_wait();
		_exit(33);
	}
	subject_reap(below, 33 << 8);
	_exit(0);
}

static pid_t signal_child(int suspended)
{
	sigset_t none, usr1;
	pid_t pid;

	sigemptyset(&none);
	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	pid = fork();
	if (pid)
		return pid;
	if (suspended) {
		sigprocmask(SIG_BLOCK, &usr1, NULL);
		EXPECT(sigsuspend(&none) == -1 && errno == EINTR, "sigsuspend");
		sigprocmask(SIG_BLOCK, NULL, &none);
		EXPECT(sigismember(&none, SIGUSR1), "the mask from before sigsuspend is lost");
	} else {
		EXPECT(pause() == -1 && errno == EINTR, "pause");
	}
	EXPECT_EQ(usr1_came, 1, "signals that came");
	_exit(0);
}

/* Until the only thread of PID is in the system call CALL. */
static void until_in(pid_t pid, long call)
{
	char path[40];

	snprintf(path, sizeof(path), "%d/syscall", pid);
	while (strtol(subject_proc(path, ""), NULL, 10) != call)
		subject_nap(1);
}

int main(int argc, char **argv)
{
	static void *(*const work[])(void *) = {
		in_read, in_readv, in_write, in_nanosleep, in_absolute, in_poll, in_select, in_futex, in_futex_timed, in_sigtimedwait,
	};
	enum { N = sizeof(work) / sizeof(*work) };
	static char block[170000], expected[100000];
	pthread_t thread[N];
	pid_t waiter, pauser, suspender;
	size_t have = 0;
	ssize_t n;
	int i;

	subject_init(argc, argv);
	signal(SIGUSR1, on_usr1);
	MUST(!pipe(in) && !pipe(out) && !pipe(idle) && !pipe(vector));
	waiter = waiting_child();
	pauser = signal_child(0);
	suspender = signal_child(1);
	until_in(suspender, SYS_rt_sigsuspend);
#ifdef SYS_pause
	until_in(pauser, SYS_pause);
#endif
	until_in(waiter, SYS_wait4);
	MUST(fcntl(out[1], F_SETPIPE_SZ, 65536) == 65536);
	pthread_barrier_init(&before, NULL, N + 1);
	for (i = 0; i < N; i++)
		MUST(!pthread_create(&thread[i], NULL, work[i], NULL));
	pthread_barrier_wait(&before);
	subject_nap(50);

	subject_freeze();

	EXPECT_EQ(write(in[1], "hello", 5), 5, "write to a pipe that is read");
	EXPECT_EQ(write(vector[1], "hello", 5), 5, "write to a pipe that is read by readv");
	while (have < 100000 && (n = read(out[0], block + have, 100000 - have)) > 0)
		have += n;
	subject_fill(expected, sizeof(expected), 3);
	EXPECT(!memcmp(block, expected, 100000), "what the blocked writer wrote");
	__atomic_store_n(&futex_word, 1, __ATOMIC_SEQ_CST);
	syscall(SYS_futex, &futex_word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
	kill(pauser, SIGUSR1);
	kill(suspender, SIGUSR1);
	subject_reap(waiter, 0);
	subject_reap(pauser, 0);
	subject_reap(suspender, 0);
	for (i = 0; i < N; i++)
		pthread_join(thread[i], NULL);
	return subject_end();
}
