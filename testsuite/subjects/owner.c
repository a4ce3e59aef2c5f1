/* owner.c - F_SETOWN, F_SETSIG and O_ASYNC: who is told when a pipe becomes readable, and how. */
/* flavours: dynamic */
/* refused: owner */
#include "subject.h"

static volatile sig_atomic_t came;
static void on_io(int sig) { (void)sig; came++; }

int main(int argc, char **argv)
{
	struct f_owner_ex o;
	int p[2], group[2];

	subject_init(argc, argv);
	signal(SIGRTMIN + 2, on_io);
	MUST(!pipe(p) && !pipe(group));
	MUST(!fcntl(p[0], F_SETOWN, getpid()) && !fcntl(p[0], F_SETSIG, SIGRTMIN + 2));
	MUST(!fcntl(p[0], F_SETFL, O_ASYNC | O_NONBLOCK));
	MUST(!fcntl(group[0], F_SETOWN, -getpgid(0)));

	subject_freeze();

	EXPECT(!fcntl(p[0], F_GETOWN_EX, &o) && o.type == F_OWNER_PID && o.pid == getpid(), "owner");
	EXPECT_EQ(fcntl(p[0], F_GETSIG), SIGRTMIN + 2, "signal");
	EXPECT(!fcntl(group[0], F_GETOWN_EX, &o) && o.type == F_OWNER_PGRP && o.pid == getpgid(0), "owner is a group");
	EXPECT(fcntl(p[0], F_GETFL) & O_ASYNC, "O_ASYNC");
	EXPECT_EQ(write(p[1], "x", 1), 1, "write");
	EXPECT_EQ(came, 1, "signals");
	return subject_end();
}
