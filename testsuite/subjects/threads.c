/* threads.c - threads that differ: mask, alternate stack, name, TLS, stack, robust list; one ends later, one is made later. */
/* flavours: dynamic static musl */
/* units: altstack robust_list tid_address comm */
#include "subject.h"
#include <pthread.h>
#include <sys/prctl.h>

#define THREADS 8

struct robust_head { void *next; long offset; void *pending; };

static __thread int tls_value = 42;
static __thread char tls_block[5000];
static pthread_barrier_t built;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static volatile int released;
static long answers[THREADS];

static uint64_t mask_now(void)
{
	uint64_t mask = 0;

	syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &mask, 8);
	return mask;
}

static void *work(void *arg)
{
	long n = (long)arg;
	char name[16], frame[20000], now[16];
	struct robust_head *head = NULL, *head_after = NULL;
	size_t len = 0;
	stack_t stack = { .ss_size = 65536, .ss_sp = malloc(65536) }, stack_after;
	uint64_t mask;
	sigset_t set;
	pid_t tid = syscall(SYS_gettid);
	pthread_t self = pthread_self();

	snprintf(name, sizeof(name), "worker %ld", n);
	prctl(PR_SET_NAME, name);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGRTMIN + n);
	pthread_sigmask(SIG_SETMASK, &set, NULL);
	mask = mask_now();
	sigaltstack(&stack, NULL);
	tls_value = n * 100;
	subject_fill(tls_block, sizeof(tls_block), n);
	subject_fill(frame, sizeof(frame), n + 1000);
	syscall(SYS_get_robust_list, 0, &head, &len);
	pthread_barrier_wait(&built);

	if (n % 2) {
		while (!released)
			;
	} else {
		pthread_mutex_lock(&lock);
		while (!released)
			pthread_cond_wait(&changed, &lock);
		pthread_mutex_unlock(&lock);
	}

	EXPECT_EQ(syscall(SYS_gettid), tid, "tid");
	EXPECT(pthread_equal(self, pthread_self()), "thread %ld: pthread_self changed", n);
	prctl(PR_GET_NAME, now);
	EXPECT(!strcmp(name, now), "thread name is %s, was %s", now, name);
	EXPECT_EQ(mask_now(), mask, "signal mask of a thread");
	sigaltstack(NULL, &stack_after);
	EXPECT(stack_after.ss_sp == stack.ss_sp && stack_after.ss_size == stack.ss_size && !stack_after.ss_flags, "alternate stack of thread %ld", n);
	EXPECT_EQ(tls_value, n * 100, "TLS value");
	EXPECT_FILLED(tls_block, sizeof(tls_block), n, "TLS block");
	EXPECT_FILLED(frame, sizeof(frame), n + 1000, "stack of a thread");
	syscall(SYS_get_robust_list, 0, &head_after, &len);
	EXPECT(head == head_after, "robust list head is %p, was %p", (void *)head_after, (void *)head);
	answers[n] = n * n + 1;
	return &answers[n];
}

static void *newcomer(void *arg)
{
	EXPECT_EQ(tls_value, 42, "TLS of a new thread");
	return arg;
}

int main(int argc, char **argv)
{
	pthread_t thread[THREADS], new_thread;
	void *answer;
	long i;

	subject_init(argc, argv);
	tls_value = 4711;
	pthread_barrier_init(&built, NULL, THREADS + 1);
	for (i = 0; i < THREADS; i++)
		MUST(!pthread_create(&thread[i], NULL, work, (void *)i));
	pthread_barrier_wait(&built);

	subject_freeze();

	pthread_mutex_lock(&lock);
	released = 1;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
	for (i = 0; i < THREADS; i++) {
		EXPECT(!pthread_join(thread[i], &answer), "pthread_join");
		EXPECT_EQ(*(long *)answer, i * i + 1, "answer of a thread");
	}
	EXPECT_EQ(tls_value, 4711, "TLS of the main thread");
	EXPECT(!pthread_create(&new_thread, NULL, newcomer, &lock), "pthread_create afterwards");
	EXPECT(!pthread_join(new_thread, &answer) && answer == &lock, "pthread_join of a new thread");
	return subject_end();
}
