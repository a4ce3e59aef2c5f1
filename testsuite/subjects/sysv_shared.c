/* sysv_shared.c - semaphores, a queue and segments of the machine's IPC namespace: only what the tree was seen to use can be told. */
/* flavours: dynamic */
/* refused: sysv_shm */
/* says: note +sysv_sem +pid [0-9]+ set [0-9]+ +it made the last operation on semaphores of this set */
/* says: note +sysv_msg +pid [0-9]+ queue [0-9]+ +it sent the last message of this queue */
/* says: note +sysv_shm +pid [0-9]+ segment [0-9]+ +it made this segment, which nobody has attached */
/* says: refused +sysv_shm +.* System V shared memory segment [0-9]+, removed: it goes with its last user */
#include "subject.h"
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

int main(int argc, char **argv)
{
	struct { long type; char text[8]; } m = { 5, "message" };
	struct sembuf up = { 0, 7, 0 };
	int set, queue, loose, segment;
	char *p;

	subject_init(argc, argv);
	set = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
	queue = msgget(IPC_PRIVATE, IPC_CREAT | 0600);
	loose = shmget(IPC_PRIVATE, 100, IPC_CREAT | 0600);
	segment = shmget(IPC_PRIVATE, 100, IPC_CREAT | 0600);
	if (set < 0 || queue < 0 || loose < 0)
		SKIP("no System V IPC: %s", strerror(errno));
	p = shmat(segment, NULL, 0);
	MUST(!semop(set, &up, 1) && !msgsnd(queue, &m, 8, 0) && p != (void *)-1 && !shmctl(segment, IPC_RMID, NULL));
	strcpy(p, "kept");

	subject_freeze();

	EXPECT(semctl(set, 0, GETVAL) == 7 && msgrcv(queue, &m, 8, 0, IPC_NOWAIT) == 8 && !strcmp(p, "kept"), "objects");
	semctl(set, 0, IPC_RMID);
	msgctl(queue, IPC_RMID, NULL);
	shmctl(loose, IPC_RMID, NULL);
	return subject_end();
}
