/* ns_ipc.c - System V IPC of its own. */
/* flavours: dynamic */
/* refused: ns_ipc */
#include "subject.h"
#include <sched.h>

int main(int argc, char **argv)
{
	char before[64] = "", now[64] = "";

	subject_init(argc, argv);
	if (unshare(CLONE_NEWIPC))
		SKIP("unshare: %s", strerror(errno));
	MUST(readlink("/proc/self/ns/ipc", before, 63) > 0);

	subject_freeze();

	EXPECT(readlink("/proc/self/ns/ipc", now, 63) > 0 && !strcmp(before, now), "namespace is %s, was %s", now, before);
	return subject_end();
}
