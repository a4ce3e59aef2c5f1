/* sched_deadline.c - a thread with deadlines (SCHED_DEADLINE). */
/* flavours: dynamic */
/* refused: sched */
/* needs: CAP_SYS_NICE */
/* says: refused +sched +pid [0-9]+ .*SCHED_DEADLINE */
#include "sched_attributes.h"

int main(int argc, char **argv)
{
	struct attributes a = { sizeof(a), 6, 0, 0, 0, 2000000, 20000000, 30000000 }, now = { 0 };

	subject_init(argc, argv);
	if (syscall(SYS_sched_setattr, 0, &a, 0))
		SKIP("sched_setattr: %s", strerror(errno));

	subject_freeze();

	EXPECT(!syscall(SYS_sched_getattr, 0, &now, sizeof(now), 0) && now.policy == 6 && now.runtime == a.runtime && now.deadline == a.deadline &&
	       now.period == a.period, "policy %u, %llu of %llu", now.policy, (unsigned long long)now.runtime, (unsigned long long)now.period);
	return subject_end();
}
