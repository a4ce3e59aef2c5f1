/* aio.c - a kernel AIO context: a ring in memory and an id that is its address. */
/* flavours: dynamic */
/* refused: aio */
#include "subject.h"
#include <linux/aio_abi.h>

int main(int argc, char **argv)
{
	aio_context_t context = 0;
	struct timespec none = { 0, 0 };
	struct io_event e;

	subject_init(argc, argv);
	if (syscall(SYS_io_setup, 16, &context))
		SKIP("io_setup: %s", strerror(errno));

	subject_freeze();

	EXPECT_EQ(syscall(SYS_io_getevents, context, 0, 1, &e, &none), 0, "io_getevents");
	EXPECT_EQ(syscall(SYS_io_destroy, context), 0, "io_destroy");
	return subject_end();
}
