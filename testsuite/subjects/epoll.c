/* epoll.c - sets: level, edge (already reported), one shot, nested; data of each entry. */
/* flavours: dynamic */
/* refused: epoll */
#include "subject.h"
#include <sys/epoll.h>

static void add(int set, int fd, uint32_t events, uint64_t data)
{
	struct epoll_event e = { .events = events, .data.u64 = data };

	MUST(!epoll_ctl(set, EPOLL_CTL_ADD, fd, &e));
}

int main(int argc, char **argv)
{
	struct epoll_event e[8];
	int set, outer, level[2], once[2], n, i;
	uint64_t seen = 0;

	subject_init(argc, argv);
	set = epoll_create1(EPOLL_CLOEXEC);
	outer = epoll_create1(0);
	MUST(set >= 0 && outer >= 0 && !pipe(level) && !pipe(once));
	add(set, level[0], EPOLLIN, 0x1122334455667788ULL);
	add(set, once[0], EPOLLIN | EPOLLONESHOT, 2);
	add(outer, set, EPOLLIN, 3);
	MUST(write(once[1], "x", 1) == 1 && epoll_wait(set, e, 8, 1000) == 1);	/* used up */
	MUST(write(level[1], "x", 1) == 1);

	subject_freeze();

	n = epoll_wait(outer, e, 8, 1000);
	EXPECT(n == 1 && e[0].data.u64 == 3, "the outer set: %d", n);
	n = epoll_wait(set, e, 8, 1000);
	for (i = 0; i < n; i++)
		seen |= e[i].data.u64;
	EXPECT_EQ(n, 1, "events");
	EXPECT_EQ(seen, 0x1122334455667788ULL, "data of an entry");
	e[0].events = EPOLLIN;
	EXPECT(epoll_ctl(set, EPOLL_CTL_ADD, level[0], e) == -1 && errno == EEXIST, "the entry is there");
	EXPECT(!epoll_ctl(set, EPOLL_CTL_DEL, once[0], NULL), "the entry that was used up is there");
	return subject_end();
}
