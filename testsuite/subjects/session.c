/* session.c - a process whose session's leader has ended: its parent now is the root, a subreaper. */
/* flavours: dynamic static musl */
/* refused: session */
#include "subject.h"
#include <sys/prctl.h>

static pid_t leader, orphan;

static void be_orphan(int said)
{
	pid_t sid = getsid(0), group = getpgrp();

	while (getppid() == sid)
		subject_nap(1);
	if (write(said, &(pid_t){ getpid() }, sizeof(pid_t)) != sizeof(pid_t) || close(said))
		_exit(70);
	subject_wait();
	EXPECT_EQ(getsid(0), sid, "session");
	EXPECT_EQ(getpgrp(), group, "process group");
	EXPECT(kill(sid, 0) == -1 && errno == ESRCH, "the leader of the session lives");
	_exit(5);
}

int main(int argc, char **argv)
{
	int said[2], is_reaper = 0;

	subject_init(argc, argv);
	MUST(!prctl(PR_SET_CHILD_SUBREAPER, 1) && !pipe(said));
	leader = fork();
	MUST(leader >= 0);
	if (!leader) {
		close(said[0]);
		if (setsid() < 0 || (orphan = fork()) < 0)
			_exit(1);
		if (!orphan)
			be_orphan(said[1]);
		_exit(0);
	}
	close(said[1]);
	MUST(waitpid(leader, NULL, 0) == leader);
	MUST(read(said[0], &orphan, sizeof(orphan)) == sizeof(orphan) && !close(said[0]));
	MUST(getsid(orphan) == leader);

	subject_freeze();

	EXPECT(!prctl(PR_GET_CHILD_SUBREAPER, &is_reaper) && is_reaper, "it is no subreaper any more");
	EXPECT_EQ(getsid(orphan), leader, "session of the orphan");
	subject_reap(orphan, 5 << 8);
	return subject_end();
}
