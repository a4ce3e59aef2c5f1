/* many_threads.c - a thousand threads that wait for one another, each with a name, a mask, a signal stack and a signal of its own. */
/* flavours: dynamic */
#include "subject.h"
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>

#define COUNT 1000
#define STACK_AT(n) ((char *)0x10000000 + (n) * 65536L)	/* nothing ever runs there */

static pthread_barrier_t built;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int turn = -1, out_of_turn, mixed_up;

/* Ten signals, each blocked or not, as the bits of N are; and one that waits. */
static void make_set(int n, sigset_t *set)
{
	sigemptyset(set);
	for (int bit = 0; bit < 10; bit++)
		if (n >> bit & 1)
			sigaddset(set, SIGRTMIN + 1 + bit);
	sigaddset(set, SIGRTMIN + 12);
}

static void become(int n)
{
	stack_t stack = { .ss_sp = STACK_AT(n), .ss_size = 16384 + n };
	char name[16];
	sigset_t set;

	snprintf(name, sizeof(name), "thread %d", n);
	make_set(n, &set);
	MUST(!pthread_sigmask(SIG_SETMASK, &set, NULL) && !prctl(PR_SET_NAME, name) && !prctl(PR_SET_TIMERSLACK, 60000L + n));
	MUST(!sigaltstack(&stack, NULL) && !pthread_sigqueue(pthread_self(), SIGRTMIN + 12, (union sigval) { .sival_int = n }));
}

static int is_as_before(int n)
{
	char name[16] = "", wanted[16];
	sigset_t set, mask, waiting;
	siginfo_t info;
	stack_t stack;

	snprintf(wanted, sizeof(wanted), "thread %d", n);
	make_set(n, &set);
	sigemptyset(&waiting);
	sigaddset(&waiting, SIGRTMIN + 12);
	prctl(PR_GET_NAME, name);
	if (pthread_sigmask(SIG_BLOCK, NULL, &mask) || sigaltstack(NULL, &stack) || sigwaitinfo(&waiting, &info) != SIGRTMIN + 12)
		return 0;
	for (int bit = 0; bit < 12; bit++)
		if (sigismember(&set, SIGRTMIN + 1 + bit) != sigismember(&mask, SIGRTMIN + 1 + bit))
			return 0;
	return !strcmp(name, wanted) && prctl(PR_GET_TIMERSLACK) == 60000 + n && stack.ss_sp == STACK_AT(n) &&
		stack.ss_size == 16384u + n && info.si_value.sival_int == n;
}

static void *work(void *arg)
{
	int n = (int)(long)arg;
	pid_t tid = syscall(SYS_gettid);

	become(n);
	pthread_barrier_wait(&built);
	pthread_mutex_lock(&lock);
	while (turn < 0)
		pthread_cond_wait(&changed, &lock);
	if (syscall(SYS_gettid) != tid)
		out_of_turn++;
	if (!is_as_before(n))
		mixed_up++;
	turn += n;
	pthread_mutex_unlock(&lock);
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t thread[COUNT];
	pthread_attr_t attr;
	long i;

	subject_init(argc, argv);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 65536);
	pthread_barrier_init(&built, NULL, COUNT + 1);
	for (i = 0; i < COUNT; i++)
		MUST(!pthread_create(&thread[i], &attr, work, (void *)i));
	pthread_barrier_wait(&built);

	subject_freeze();

	pthread_mutex_lock(&lock);
	turn = 0;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
	for (i = 0; i < COUNT; i++)
		pthread_join(thread[i], NULL);
	EXPECT_EQ(turn, COUNT * (COUNT - 1) / 2, "sum of all turns");
	EXPECT_EQ(out_of_turn, 0, "threads with another tid");
	EXPECT_EQ(mixed_up, 0, "threads whose state is not their own");
	return subject_end();
}
