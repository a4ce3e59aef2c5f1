/* sysv_shm.c - an attached System V segment. */
/* flavours: dynamic */
/* refused: sysv_shm */
#include "subject.h"
#include <sys/ipc.h>
#include <sys/shm.h>

int main(int argc, char **argv)
{
	struct shmid_ds ds;
	char *p;
	int id;

	subject_init(argc, argv);
	id = shmget(IPC_PRIVATE, 20000, IPC_CREAT | 0600);
	if (id < 0)
		SKIP("shmget: %s", strerror(errno));
	p = shmat(id, NULL, 0);
	MUST(p != (void *)-1);
	subject_fill(p, 20000, 1);

	subject_freeze();

	EXPECT_FILLED(p, 20000, 1, "the segment");
	EXPECT(!shmctl(id, IPC_STAT, &ds) && ds.shm_nattch == 1, "attached %d times", (int)ds.shm_nattch);
	EXPECT(!shmdt(p) && !shmctl(id, IPC_RMID, NULL), "detaching");
	return subject_end();
}
