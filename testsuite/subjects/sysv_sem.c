/* sysv_sem.c - semaphores in an IPC namespace of its own, also one that is used. */
/* flavours: dynamic */
/* refused: sysv_sem */
/* says: refused +ns_ipc */
/* says: refused +sysv_sem +pid [0-9]+ set [0-9]+ +3 semaphores, key 4660, in an IPC namespace of its own */
#include "subject.h"
#include <sched.h>
#include <sys/ipc.h>
#include <sys/sem.h>

int main(int argc, char **argv)
{
	struct sembuf up = { 1, 7, 0 };
	int id;

	subject_init(argc, argv);
	if (unshare(CLONE_NEWIPC))
		SKIP("unshare: %s", strerror(errno));
	id = semget(0x1234, 3, IPC_CREAT | 0600);
	MUST(id >= 0 && !semop(id, &up, 1));

	subject_freeze();

	EXPECT(semctl(id, 1, GETVAL) == 7 && semget(0x1234, 3, 0) == id, "value is %d", semctl(id, 1, GETVAL));
	return subject_end();
}
