/* ioport_level.c - may use all ports of the machine, and has given up the capability that it had to get them with. */
/* flavours: dynamic */
/* refused: ioport */
/* needs: x86_64, root */
#include "subject.h"

#include <linux/capability.h>
#if defined(__x86_64__)
#include <sys/io.h>
#endif

int main(int argc, char **argv)
{
	subject_init(argc, argv);
#if defined(__x86_64__)
	if (iopl(3))
		SKIP("iopl: %s", strerror(errno));
	MUST(!subject_give_up(1u << CAP_SYS_RAWIO));

	subject_freeze();

	EXPECT(inb(0x37a) >= 0, "the port");
	EXPECT(!iopl(3), "the level");
	return subject_end();
#else
	SKIP("written for x86_64");
#endif
}
