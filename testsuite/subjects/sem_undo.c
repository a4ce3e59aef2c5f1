/* sem_undo.c - a semaphore that the kernel puts back when the process ends. */
/* flavours: dynamic */
/* refused: sem_undo */
#include "subject.h"
#include <sys/ipc.h>
#include <sys/sem.h>

int main(int argc, char **argv)
{
	struct sembuf op = { 0, 5, SEM_UNDO };
	pid_t child;
	int id, p[2], back[2];
	char c;

	subject_init(argc, argv);
	id = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
	if (id < 0)
		SKIP("semget: %s", strerror(errno));
	MUST(!pipe(p) && !pipe(back));
	child = fork();
	if (!child) {
		close(p[1]);
		semop(id, &op, 1);
		write(back[1], "x", 1);
		read(p[0], &c, 1);
		_exit(0);
	}
	close(p[0]);
	MUST(read(back[0], &c, 1) == 1);
	EXPECT_EQ(semctl(id, 0, GETVAL), 5, "semaphore");

	subject_freeze();

	EXPECT_EQ(semctl(id, 0, GETVAL), 5, "semaphore");
	close(p[1]);
	subject_reap(child, 0);
	EXPECT_EQ(semctl(id, 0, GETVAL), 0, "semaphore after the end of the child");
	semctl(id, 0, IPC_RMID);
	return subject_end();
}
