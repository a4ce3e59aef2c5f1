/* group_left.c - groups whose leaders are alive, but have gone over to other groups; two leaders that changed places. */
/* flavours: dynamic static musl */
#include "subject.h"

static int go[2];

/* Waits in GROUP, of which it may be the leader. */
static pid_t member(pid_t group)
{
	pid_t pid = fork(), pgid;
	char c;

	if (pid) {
		setpgid(pid, group);
		return pid;
	}
	close(go[1]);
	(void)!read(go[0], &c, 1);	/* the end of file: all of them stand */
	pgid = getpgrp();
	subject_wait();
	EXPECT_EQ(getpgrp(), pgid, "process group");
	_exit(3);
}

int main(int argc, char **argv)
{
	pid_t a, b, in_a, in_b, c, in_c, own;

	subject_init(argc, argv);
	MUST(!pipe(go));
	own = getpgrp();
	a = member(0);
	b = member(0);
	c = member(0);
	in_a = member(a);
	in_b = member(b);
	in_c = member(c);
	MUST(!setpgid(a, b) && !setpgid(b, a) && !setpgid(c, own));
	MUST(!close(go[0]) && !close(go[1]));
	subject_nap(20);

	subject_freeze();

	EXPECT_EQ(getpgid(a), b, "group of a");
	EXPECT_EQ(getpgid(b), a, "group of b");
	EXPECT_EQ(getpgid(in_a), a, "group of a's member");
	EXPECT_EQ(getpgid(in_b), b, "group of b's member");
	EXPECT_EQ(getpgid(in_c), c, "group of c's member");
	EXPECT_EQ(getpgid(c), getpgrp(), "group of c");
	subject_reap(a, 3 << 8);
	subject_reap(b, 3 << 8);
	subject_reap(c, 3 << 8);
	subject_reap(in_a, 3 << 8);
	subject_reap(in_b, 3 << 8);
	subject_reap(in_c, 3 << 8);
	return subject_end();
}
