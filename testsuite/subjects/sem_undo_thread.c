/* sem_undo_thread.c - semaphore adjustments of processes with threads: one up, one down, by one only. */
/* flavours: dynamic */
/* refused: sem_undo */
/* units: sem_undo */
#include "subject.h"
#include <pthread.h>
#include <sys/ipc.h>
#include <sys/sem.h>

static int id;

static void *wait_for_go(void *arg)
{
	while (!subject_may_go())
		subject_nap(2);
	return arg;
}

static pid_t adjuster(unsigned short semaphore, short by, int ready)
{
	struct sembuf op = { semaphore, by, SEM_UNDO };
	pthread_t thread;
	pid_t child = fork();

	if (child)
		return child;
	if (pthread_create(&thread, NULL, wait_for_go, NULL) || semop(id, &op, 1))
		_exit(3);
	write(ready, "x", 1);
	close(ready);
	pthread_join(thread, NULL);
	_exit(0);
}

int main(int argc, char **argv)
{
	unsigned short values[2] = { 10, 10 };
	pid_t up, down;
	int p[2];
	char c;

	subject_init(argc, argv);
	id = semget(IPC_PRIVATE, 2, IPC_CREAT | 0600);
	if (id < 0)
		SKIP("semget: %s", strerror(errno));
	MUST(!semctl(id, 0, SETALL, values) && !pipe(p));
	up = adjuster(0, 1, p[1]);
	down = adjuster(1, -1, p[1]);
	close(p[1]);
	MUST(up > 0 && down > 0 && read(p[0], &c, 1) == 1 && read(p[0], &c, 1) == 1);
	close(p[0]);

	subject_freeze();

	subject_reap(up, 0);
	subject_reap(down, 0);
	EXPECT(semctl(id, 0, GETVAL) == 10 && semctl(id, 1, GETVAL) == 10, "values after their end: %d %d", semctl(id, 0, GETVAL), semctl(id, 1, GETVAL));
	semctl(id, 0, IPC_RMID);
	return subject_end();
}
