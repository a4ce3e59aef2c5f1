/* futex.c - locks that are held and waited for: plain, robust (owner dies afterwards), priority inheriting, condition variables, semaphores. */
/* flavours: dynamic static musl */
#include "subject.h"
#include <pthread.h>
#include <semaphore.h>

static pthread_mutex_t plain = PTHREAD_MUTEX_INITIALIZER, robust, inheriting, rec;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t built;
static sem_t semaphore;
static int value, posted;

static void *wants_plain(void *arg)
{
	pthread_barrier_wait(&built);
	EXPECT(!pthread_mutex_lock(&plain), "lock");
	EXPECT_EQ(value, 1, "what the lock protects");
	pthread_mutex_unlock(&plain);
	return arg;
}

static void *wants_inheriting(void *arg)
{
	pthread_barrier_wait(&built);
	EXPECT(!pthread_mutex_lock(&inheriting), "lock with priority inheritance");
	EXPECT_EQ(value, 1, "what the inheriting lock protects");
	pthread_mutex_unlock(&inheriting);
	return arg;
}

static void *dies_with_lock(void *arg)
{
	pthread_mutex_lock(&robust);
	pthread_barrier_wait(&built);
	subject_wait();
	return arg;	/* its robust list has to tell the next one */
}

static void *wants_write(void *arg)
{
	pthread_barrier_wait(&built);
	EXPECT(!pthread_rwlock_wrlock(&rwlock), "wrlock");
	EXPECT_EQ(value, 1, "what the rwlock protects");
	pthread_rwlock_unlock(&rwlock);
	return arg;
}

static void *wants_condition(void *arg)
{
	pthread_mutex_lock(&rec);
	pthread_barrier_wait(&built);
	while (!posted)
		EXPECT(!pthread_cond_wait(&condition, &rec), "cond_wait");
	pthread_mutex_unlock(&rec);
	return arg;
}

static void *wants_semaphore(void *arg)
{
	pthread_barrier_wait(&built);
	while (sem_wait(&semaphore) && errno == EINTR)
		;
	EXPECT_EQ(value, 1, "what the semaphore tells");
	return arg;
}

int main(int argc, char **argv)
{
	static void *(*const work[])(void *) = { wants_plain, wants_inheriting, dies_with_lock, wants_write, wants_condition, wants_semaphore };
	enum { N = sizeof(work) / sizeof(*work) };
	pthread_mutexattr_t attr;
	pthread_t thread[N];
	int i, has_pi;

	subject_init(argc, argv);
	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	MUST(!pthread_mutex_init(&robust, &attr));
	pthread_mutexattr_init(&attr);
	has_pi = !pthread_mutexattr_setprotocol(&attr, PTHREAD_PRIO_INHERIT);
	MUST(has_pi && !pthread_mutex_init(&inheriting, &attr));
	pthread_mutexattr_init(&attr);
	MUST(!pthread_mutex_init(&rec, &attr));
	MUST(!sem_init(&semaphore, 0, 0));
	pthread_barrier_init(&built, NULL, N + 1);
	pthread_mutex_lock(&plain);
	pthread_mutex_lock(&inheriting);
	pthread_rwlock_rdlock(&rwlock);
	for (i = 0; i < N; i++)
		MUST(!pthread_create(&thread[i], NULL, work[i], NULL));
	pthread_barrier_wait(&built);
	subject_nap(20);

	subject_freeze();

	subject_nap(5);
	value = 1;
	EXPECT(!pthread_mutex_unlock(&plain), "unlock");
	EXPECT(!pthread_mutex_unlock(&inheriting), "unlock with priority inheritance");
	EXPECT(!pthread_rwlock_unlock(&rwlock), "rwlock unlock");
	sem_post(&semaphore);
	pthread_mutex_lock(&rec);
	posted = 1;
	pthread_cond_signal(&condition);
	pthread_mutex_unlock(&rec);
	for (i = 0; i < N; i++)
		pthread_join(thread[i], NULL);
	EXPECT_EQ(pthread_mutex_lock(&robust), EOWNERDEAD, "a robust lock whose owner died");
	EXPECT(!pthread_mutex_consistent(&robust) && !pthread_mutex_unlock(&robust), "making it consistent");
	return subject_end();
}
