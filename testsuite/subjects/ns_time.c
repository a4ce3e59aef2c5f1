/* ns_time.c - clocks of their own for its children to come. */
/* flavours: dynamic */
/* refused: ns_time */
#include "subject.h"
#include <sched.h>

int main(int argc, char **argv)
{
	char before[64] = "", now[64] = "";

	subject_init(argc, argv);
	if (unshare(0x80))
		SKIP("unshare: %s", strerror(errno));
	MUST(readlink("/proc/self/ns/time_for_children", before, 63) > 0);

	subject_freeze();

	EXPECT(readlink("/proc/self/ns/time_for_children", now, 63) > 0 && !strcmp(before, now), "namespace is %s, was %s", now, before);
	return subject_end();
}
