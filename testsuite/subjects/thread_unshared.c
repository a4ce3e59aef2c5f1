/* thread_unshared.c - a thread with descriptors, folder and umask of its own. */
/* flavours: dynamic */
/* refused: clone_vm */
#include "subject.h"
#include <pthread.h>
#include <sched.h>

static pthread_barrier_t built;

static void *thread(void *arg)
{
	int fd;

	if (unshare(CLONE_FILES | CLONE_FS))
		return arg;
	umask(0123);
	fd = open("/dev/null", O_RDONLY);
	fd = dup2(fd, 77);
	pthread_barrier_wait(&built);
	subject_wait();
	EXPECT_EQ(umask(0), 0123, "umask of a thread");
	EXPECT_EQ(fcntl(fd, F_GETFD), 0, "descriptor of a thread");
	return arg;
}

int main(int argc, char **argv)
{
	pthread_t t;

	subject_init(argc, argv);
	umask(022);
	pthread_barrier_init(&built, NULL, 2);
	MUST(!pthread_create(&t, NULL, thread, NULL));
	pthread_barrier_wait(&built);

	subject_freeze();

	pthread_join(t, NULL);
	EXPECT_EQ(umask(0), 022, "umask");
	EXPECT_EQ(fcntl(77, F_GETFD), -1, "a descriptor of the thread");
	return subject_end();
}
