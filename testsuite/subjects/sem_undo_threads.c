/* sem_undo_threads.c - a process with threads that has given back what it took from a semaphore: its end changes nothing. */
/* flavours: dynamic */
/* once: it removes its semaphores at the end */
#include "subject.h"
#include <pthread.h>
#include <sys/ipc.h>
#include <sys/sem.h>

static int id;

static void *take_and_give(void *arg)
{
	struct sembuf take = { 1, -3, SEM_UNDO }, give = { 1, 3, SEM_UNDO };

	EXPECT(!semop(id, &take, 1) && !semop(id, &give, 1), "semop: %s", strerror(errno));
	while (!subject_may_go())
		subject_nap(2);
	return arg;
}

int main(int argc, char **argv)
{
	struct sembuf up = { 0, 7, 0 };
	unsigned short values[3] = { 0, 20000, 0 };
	pthread_t thread;

	subject_init(argc, argv);
	id = semget(IPC_PRIVATE, 3, IPC_CREAT | 0600);
	if (id < 0)
		SKIP("semget: %s", strerror(errno));
	MUST(!semctl(id, 0, SETALL, values) && !semop(id, &up, 1) && !pthread_create(&thread, NULL, take_and_give, NULL));
	while (semctl(id, 1, GETPID) != getpid())
		subject_nap(2);
	subject_nap(20);

	subject_freeze();

	MUST(!pthread_join(thread, NULL));
	EXPECT(semctl(id, 0, GETVAL) == 7 && semctl(id, 1, GETVAL) == 20000 && semctl(id, 2, GETVAL) == 0, "values are %d %d %d",
	       semctl(id, 0, GETVAL), semctl(id, 1, GETVAL), semctl(id, 2, GETVAL));
	semctl(id, 0, IPC_RMID);
	return subject_end();
}
