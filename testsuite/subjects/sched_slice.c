/* sched_slice.c - a time slice of its own (Linux 6.12), which whoever runs cr has, too; also of a thread that became idle (SCHED_IDLE). */
/* flavours: dynamic */
#include "sched_attributes.h"
#include <pthread.h>
#include <sched.h>

static pthread_barrier_t built;

static uint64_t slice(void)
{
	struct attributes a = { 0 };

	syscall(SYS_sched_getattr, 0, &a, sizeof(a), 0);
	return a.runtime;
}

static void set_slice(pid_t tid, uint64_t runtime)
{
	struct attributes a = { .size = sizeof(a), .policy = SCHED_OTHER, .runtime = runtime };

	syscall(SYS_sched_setattr, tid, &a, 0);
}

static void *idle(void *arg)
{
	const struct sched_param none = { 0 };
	uint64_t before;

	set_slice(0, 7000000);
	MUST(!sched_setscheduler(0, SCHED_IDLE, &none));
	before = slice();
	pthread_barrier_wait(&built);
	subject_wait();
	EXPECT_EQ(slice(), before, "slice of a thread that is idle");
	EXPECT_EQ(sched_getscheduler(0), SCHED_IDLE, "its policy");
	return arg;
}

int main(int argc, char **argv)
{
	pid_t shell = getppid();
	pthread_t t;
	uint64_t before;

	subject_init(argc, argv);
	set_slice(0, 5000000);
	set_slice(shell, 5000000);
	before = slice();
	pthread_barrier_init(&built, NULL, 2);
	MUST(!pthread_create(&t, NULL, idle, NULL));
	pthread_barrier_wait(&built);

	subject_freeze();

	EXPECT_EQ(slice(), before, "slice");
	set_slice(shell, 0);
	pthread_join(t, NULL);
	return subject_end();
}
