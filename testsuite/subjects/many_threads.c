/* many_threads.c - five hundred threads that wait for one another. */
/* flavours: dynamic */
#include "subject.h"
#include <pthread.h>

#define COUNT 500

static pthread_barrier_t built;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int turn = -1, out_of_turn;

static void *work(void *arg)
{
	int n = (int)(long)arg;
	pid_t tid = syscall(SYS_gettid);

	pthread_barrier_wait(&built);
	pthread_mutex_lock(&lock);
	while (turn < 0)
		pthread_cond_wait(&changed, &lock);
	if (syscall(SYS_gettid) != tid)
		out_of_turn++;
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
	return subject_end();
}
