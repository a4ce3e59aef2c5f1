/* epoll_waiting.c - a thread inside epoll_wait(2), which any stop ends with EINTR: a refusal must not be felt there. */
/* flavours: dynamic */
/* refused: epoll */
/* stop: SIGSTOP would be felt: see signal(7) */
#include "subject.h"
#include <pthread.h>
#include <sys/epoll.h>

static int ends[2];

static void *wait_for_it(void *arg)
{
	struct epoll_event event = { .events = EPOLLIN };
	int ep = epoll_create1(0);

	EXPECT(ep >= 0 && !epoll_ctl(ep, EPOLL_CTL_ADD, ends[0], &event), "epoll: %s", strerror(errno));
	EXPECT(epoll_wait(ep, &event, 1, -1) == 1, "epoll_wait: %s", strerror(errno));
	return arg;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	subject_init(argc, argv);
	MUST(!pipe(ends));
	MUST(!pthread_create(&thread, NULL, wait_for_it, NULL));
	subject_nap(50);

	subject_freeze();

	EXPECT_EQ(write(ends[1], "x", 1), 1, "write");
	pthread_join(thread, NULL);
	return subject_end();
}
