/* sysv_waiting.c - waiting for a semaphore and for a message of the machine's IPC namespace, which the tree has never used before. */
/* flavours: dynamic */
/* refused: sysfs */
/* says: note +sysv_sem +pid [0-9]+ set [0-9]+ +it waits for a semaphore of this set */
/* says: note +sysv_msg +pid [0-9]+ queue [0-9]+ +it waits for this queue */
#include "subject.h"
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>

int main(int argc, char **argv)
{
	struct { long type; char text[8]; } m = { 5, "message" };
	struct sembuf down = { 0, -1, 0 }, up = { 0, 1, 0 };
	int set, queue;
	pid_t first, second;

	subject_init(argc, argv);
	set = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
	queue = msgget(IPC_PRIVATE, IPC_CREAT | 0600);
	if (set < 0 || queue < 0)
		SKIP("no System V IPC: %s", strerror(errno));
	MUST(open("/sys/kernel/uevent_seqnum", O_RDONLY) >= 0);	/* so that it is refused */
	first = fork();
	if (!first)
		_exit(semop(set, &down, 1) ? 1 : 0);
	second = fork();
	if (!second)
		_exit(msgrcv(queue, &m, 8, 0, 0) == 8 ? 0 : 1);
	while (semctl(set, 0, GETNCNT) != 1)
		subject_nap(2);
	subject_nap(50);

	subject_freeze();

	EXPECT(!semop(set, &up, 1) && !msgsnd(queue, &m, 8, 0), "waking them: %s", strerror(errno));
	subject_reap(first, 0);
	subject_reap(second, 0);
	semctl(set, 0, IPC_RMID);
	msgctl(queue, IPC_RMID, NULL);
	return subject_end();
}
