/* ioport_level.c - may use all ports of the machine, and has given up the capability that it had to get them with. */
/* flavours: dynamic */
/* refused: ioport */
/* needs: x86_64, root */
#include "subject.h"

#include <linux/capability.h>
#if defined(__x86_64__)
#include <sys/io.h>
#endif

static int give_up(unsigned caps)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data))
		return -1;
	data[0].effective &= ~caps;
	data[0].permitted &= ~caps;
	return (int)syscall(SYS_capset, &header, data);
}

int main(int argc, char **argv)
{
	subject_init(argc, argv);
#if defined(__x86_64__)
	if (iopl(3))
		SKIP("iopl: %s", strerror(errno));
	MUST(!give_up(1u << CAP_SYS_RAWIO));

	subject_freeze();

	EXPECT(inb(0x37a) >= 0, "the port");
	EXPECT(!iopl(3), "the level");
	return subject_end();
#else
	SKIP("written for x86_64");
#endif
}
