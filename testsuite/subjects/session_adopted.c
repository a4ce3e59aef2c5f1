/* session_adopted.c - a process in the session of its parent's other child: it came there by the death of its own parent. */
/* flavours: dynamic */
/* refused: session */
#include "subject.h"
#include <sys/prctl.h>

int main(int argc, char **argv)
{
	pid_t leader, orphan;
	int said[2];

	subject_init(argc, argv);
	MUST(!prctl(PR_SET_CHILD_SUBREAPER, 1) && !pipe2(said, O_CLOEXEC));
	leader = fork();
	MUST(leader >= 0);
	if (!leader) {
		pid_t between;

		if (setsid() < 0 || (between = fork()) < 0)
			_exit(1);
		if (!between) {
			orphan = fork();
			if (!orphan) {
				pid_t sid = getsid(0);

				subject_wait();
				EXPECT_EQ(getsid(0), sid, "session of the orphan");
				_exit(5);
			}
			_exit(orphan < 0 || write(said[1], &orphan, sizeof(orphan)) != sizeof(orphan));
		}
		subject_reap(between, 0);
		subject_wait();
		_exit(6);
	}
	MUST(read(said[0], &orphan, sizeof(orphan)) == sizeof(orphan));
	while (atoi(subject_proc("self/task/self/children", "")) < 0)
		subject_nap(1);
	subject_nap(20);
	MUST(getsid(orphan) == leader);

	subject_freeze();

	EXPECT_EQ(getsid(orphan), leader, "session of the orphan");
	subject_reap(orphan, 5 << 8);
	subject_reap(leader, 6 << 8);
	return subject_end();
}
