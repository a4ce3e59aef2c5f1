/* ns_net.c - a network of its own. */
/* flavours: dynamic */
/* refused: ns_net */
#include "subject.h"
#include <sched.h>

int main(int argc, char **argv)
{
	char before[64] = "", now[64] = "";

	subject_init(argc, argv);
	if (unshare(CLONE_NEWNET))
		SKIP("unshare: %s", strerror(errno));
	MUST(readlink("/proc/self/ns/net", before, 63) > 0);

	subject_freeze();

	EXPECT(readlink("/proc/self/ns/net", now, 63) > 0 && !strcmp(before, now), "namespace is %s, was %s", now, before);
	return subject_end();
}
