/* ns_user.c - users of its own. */
/* flavours: dynamic */
/* refused: ns_user */
#include "subject.h"
#include <sched.h>

int main(int argc, char **argv)
{
	char before[64] = "", now[64] = "";

	subject_init(argc, argv);
	if (unshare(CLONE_NEWUSER))
		SKIP("unshare: %s", strerror(errno));
	MUST(readlink("/proc/self/ns/user", before, 63) > 0);

	subject_freeze();

	EXPECT(readlink("/proc/self/ns/user", now, 63) > 0 && !strcmp(before, now), "namespace is %s, was %s", now, before);
	return subject_end();
}
