/* robust.c - robust locks in a mapped file are held: the end of their owner would mark them there. */
/* flavours: dynamic static musl */
/* refused: robust_list */
/* says: holds a robust lock */
#include "subject.h"
#include <pthread.h>
#include <sys/mman.h>

int main(int argc, char **argv)
{
	pthread_mutexattr_t attr;
	pthread_mutex_t *lock;
	int fd;

	subject_init(argc, argv);
	fd = open("file", O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	MUST(fd >= 0 && !ftruncate(fd, 4096));
	lock = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	MUST(lock != MAP_FAILED);
	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	MUST(!pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST));
	MUST(!pthread_mutex_init(&lock[0], &attr) && !pthread_mutex_init(&lock[1], &attr) && !pthread_mutex_init(&lock[2], &attr));
	MUST(!pthread_mutex_lock(&lock[0]) && !pthread_mutex_lock(&lock[1]) && !pthread_mutex_lock(&lock[2]));
	MUST(!pthread_mutex_unlock(&lock[1]));

	subject_freeze();

	EXPECT_EQ(pthread_mutex_trylock(&lock[0]), EBUSY, "the lock that is held");
	EXPECT(!pthread_mutex_unlock(&lock[2]) && !pthread_mutex_unlock(&lock[0]), "unlock");
	EXPECT(!pthread_mutex_lock(&lock[1]), "the lock that was not held");
	return subject_end();
}
