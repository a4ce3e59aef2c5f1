/* ns_cgroup.c - a view of its own on control groups. */
/* flavours: dynamic */
/* refused: ns_cgroup */
#include "subject.h"
#include <sched.h>

int main(int argc, char **argv)
{
	char before[64] = "", now[64] = "";

	subject_init(argc, argv);
	if (unshare(CLONE_NEWCGROUP))
		SKIP("unshare: %s", strerror(errno));
	MUST(readlink("/proc/self/ns/cgroup", before, 63) > 0);

	subject_freeze();

	EXPECT(readlink("/proc/self/ns/cgroup", now, 63) > 0 && !strcmp(before, now), "namespace is %s, was %s", now, before);
	return subject_end();
}
