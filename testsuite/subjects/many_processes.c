/* many_processes.c - a hundred children in a ring of pipes, and a chain of thirty generations. */
/* flavours: dynamic */
#include "subject.h"

#define COUNT 100
#define DEPTH 30

/* Every generation waits for the next one; the last says when the chain stands. */
static pid_t chain(int depth, int report)
{
	pid_t pid = fork(), below, parent = getppid();

	if (pid)
		return pid;
	parent = getppid();
	if (depth) {
		below = chain(depth - 1, report);
		subject_reap(below, depth << 8);
	} else {
		if (write(report, "x", 1) != 1)
			_exit(99);
		subject_wait();
	}
	EXPECT_EQ(getppid(), parent, "ppid");
	_exit(depth + 1);
}

int main(int argc, char **argv)
{
	int ring[COUNT + 1][2], i, j, report[2];
	pid_t child[COUNT], top;
	char c;

	subject_init(argc, argv);
	MUST(!pipe(report));
	top = chain(DEPTH, report[1]);
	MUST(read(report[0], &c, 1) == 1);
	for (i = 0; i <= COUNT; i++)
		MUST(!pipe(ring[i]));
	for (i = 0; i < COUNT; i++) {
		child[i] = fork();
		MUST(child[i] >= 0);
		if (child[i])
			continue;
		for (j = 0; j <= COUNT; j++) {
			if (j != i)
				close(ring[j][0]);
			if (j != i + 1)
				close(ring[j][1]);
		}
		if (read(ring[i][0], &c, 1) != 1 || (c++, write(ring[i + 1][1], &c, 1) != 1))
			_exit(1);
		_exit(i & 63);
	}

	subject_freeze();

	c = 5;
	EXPECT_EQ(write(ring[0][1], &c, 1), 1, "write into the ring");
	EXPECT_EQ(read(ring[COUNT][0], &c, 1), 1, "read from the ring");
	EXPECT_EQ(c, 5 + COUNT, "what went round");
	for (i = 0; i < COUNT; i++)
		subject_reap(child[i], (i & 63) << 8);
	subject_reap(top, (DEPTH + 1) << 8);
	return subject_end();
}
