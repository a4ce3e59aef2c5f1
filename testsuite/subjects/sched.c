/* sched.c - nice value, policy, priority, affinity, I/O priority, autogroup: of processes and of threads that differ. */
/* flavours: dynamic */
#include "sched_attributes.h"
#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>

static void get(struct attributes *a)
{
	memset(a, 0, sizeof(*a));
	syscall(SYS_sched_getattr, 0, a, sizeof(*a), 0);
}

static void one_cpu(void)
{
	cpu_set_t all, one;
	int i;

	sched_getaffinity(0, sizeof(all), &all);
	for (i = CPU_SETSIZE - 1; i >= 0 && !CPU_ISSET(i, &all); i--)
		;
	CPU_ZERO(&one);
	CPU_SET(i, &one);
	sched_setaffinity(0, sizeof(one), &one);
}

static void set_policy(int policy, int priority, int nice, uint64_t flags)
{
	struct attributes a = { .size = sizeof(a), .policy = policy, .priority = priority, .nice = nice, .flags = flags };

	syscall(SYS_sched_setattr, 0, &a, 0);
}

static void niced(void) { setpriority(PRIO_PROCESS, 0, 7); }
static void bound(void) { one_cpu(); }
static void batch(void) { set_policy(SCHED_BATCH, 0, 3, 0); }
static void idle(void) { set_policy(SCHED_IDLE, 0, 0, 0); }
static void fifo(void) { set_policy(SCHED_FIFO, 3, 0, 1); }
static void round_robin(void) { set_policy(SCHED_RR, 1, 0, 0); }
static void io(void) { syscall(SYS_ioprio_set, 1, 0, 2 << 13 | 6); }
static void raised(void) { setpriority(PRIO_PROCESS, 0, -4); }

static void (*const change[])(void) = { niced, bound, batch, idle, fifo, round_robin, io, raised };
enum { N = sizeof(change) / sizeof(*change) };
static pthread_barrier_t built;

static void *thread(void *arg)
{
	long n = (long)arg;
	struct attributes before, now;
	cpu_set_t cpus, cpus_now;
	int io_before;

	change[n]();
	get(&before);
	sched_getaffinity(0, sizeof(cpus), &cpus);
	io_before = syscall(SYS_ioprio_get, 1, 0);
	pthread_barrier_wait(&built);
	subject_wait();
	get(&now);
	EXPECT(now.policy == before.policy && now.priority == before.priority && now.nice == before.nice && now.flags == before.flags,
	       "thread %ld: policy %u priority %u nice %d flags %llx, was %u %u %d %llx", n, now.policy, now.priority, now.nice,
	       (long long)now.flags, before.policy, before.priority, before.nice, (long long)before.flags);
	sched_getaffinity(0, sizeof(cpus_now), &cpus_now);
	EXPECT(CPU_EQUAL(&cpus, &cpus_now), "thread %ld: affinity", n);
	EXPECT_EQ(syscall(SYS_ioprio_get, 1, 0), io_before, "I/O priority");
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t t[N];
	pid_t child;
	int report[2];
	char c;
	long i;

	subject_init(argc, argv);
	MUST(!pipe(report));
	child = fork();
	if (!child) {
		setpriority(PRIO_PROCESS, 0, 11);
		one_cpu();
		if (write(report[1], "x", 1) != 1)
			_exit(2);
		subject_wait();
		EXPECT_EQ(getpriority(PRIO_PROCESS, 0), 11, "nice value of a child");
		_exit(0);
	}
	MUST(read(report[0], &c, 1) == 1);
	pthread_barrier_init(&built, NULL, N + 1);
	for (i = 0; i < N; i++)
		MUST(!pthread_create(&t[i], NULL, thread, (void *)i));
	pthread_barrier_wait(&built);

	subject_freeze();

	EXPECT_EQ(getpriority(PRIO_PROCESS, 0), 0, "nice value of the main thread");
	for (i = 0; i < N; i++)
		pthread_join(t[i], NULL);
	subject_reap(child, 0);
	return subject_end();
}
