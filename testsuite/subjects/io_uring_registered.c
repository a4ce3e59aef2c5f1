/* io_uring_registered.c - a ring that one thread has registered in a slot that is not the first, and that has no descriptor. */
/* flavours: dynamic */
/* refused: io_uring */
#include "subject.h"
#include <linux/io_uring.h>
#include <pthread.h>

#define REGISTER_RING_FDS 20
#define ENTER_REGISTERED (1u << 4)
#define SLOT 5

static pthread_barrier_t frozen, thawed;

static int make_ring(void)
{
	struct io_uring_params p;
	struct io_uring_rsrc_update slot = { .offset = SLOT };
	int fd;

	memset(&p, 0, sizeof(p));
	fd = syscall(425, 8, &p);
	if (fd < 0)
		SKIP("io_uring_setup: %s", strerror(errno));
	slot.data = fd;
	if (syscall(427, fd, REGISTER_RING_FDS, &slot, 1) != 1)
		SKIP("IORING_REGISTER_RING_FDS: %s", strerror(errno));
	close(fd);
	/* Since Linux 6.3 all that can be done with a ring can be done without a descriptor: before, cr cannot ask. */
	if (syscall(427, SLOT, 8u | 1u << 31, (uint64_t[2]){ 0 }, 0) < 0)
		SKIP("IORING_REGISTER_USE_REGISTERED_RING: %s", strerror(errno));
	return SLOT;
}

static void *own_ring(void *unused)
{
	int ring = make_ring();

	(void)unused;
	pthread_barrier_wait(&frozen);
	pthread_barrier_wait(&thawed);
	EXPECT_EQ(syscall(426, ring, 0, 0, ENTER_REGISTERED, NULL, 0), 0, "io_uring_enter");
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	subject_init(argc, argv);
	MUST(!pthread_barrier_init(&frozen, NULL, 2) && !pthread_barrier_init(&thawed, NULL, 2));
	MUST(!pthread_create(&thread, NULL, own_ring, NULL));
	pthread_barrier_wait(&frozen);

	subject_freeze();

	pthread_barrier_wait(&thawed);
	pthread_join(thread, NULL);
	return subject_end();
}
