/* membarrier.c - a process that registered for expedited memory barriers. */
/* flavours: dynamic */
#include "subject.h"

int main(int argc, char **argv)
{
	long registered;

	subject_init(argc, argv);
	if (syscall(SYS_membarrier, 16, 0, 0))	/* REGISTER_PRIVATE_EXPEDITED */
		SKIP("membarrier: %s", strerror(errno));
	MUST(!syscall(SYS_membarrier, 4, 0, 0));	/* REGISTER_GLOBAL_EXPEDITED */
	registered = syscall(SYS_membarrier, 512, 0, 0);	/* GET_REGISTRATIONS, since 6.3 */

	subject_freeze();

	EXPECT(!syscall(SYS_membarrier, 8, 0, 0), "PRIVATE_EXPEDITED: %s", strerror(errno));
	EXPECT_EQ(syscall(SYS_membarrier, 512, 0, 0), registered, "registrations");
	return subject_end();
}
