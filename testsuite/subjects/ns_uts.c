/* ns_uts.c - a host name of its own. */
/* flavours: dynamic */
/* refused: ns_uts */
#include "subject.h"
#include <sched.h>

int main(int argc, char **argv)
{
	char before[64] = "", now[64] = "";

	subject_init(argc, argv);
	if (unshare(CLONE_NEWUTS))
		SKIP("unshare: %s", strerror(errno));
	MUST(readlink("/proc/self/ns/uts", before, 63) > 0);

	subject_freeze();

	EXPECT(readlink("/proc/self/ns/uts", now, 63) > 0 && !strcmp(before, now), "namespace is %s, was %s", now, before);
	return subject_end();
}
