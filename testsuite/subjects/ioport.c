/* ioport.c - may use three ports of the machine. */
/* flavours: dynamic */
/* refused: ioport */
/* needs: x86_64, root */
#include "subject.h"
#if defined(__x86_64__)
#include <sys/io.h>
#endif

int main(int argc, char **argv)
{
	subject_init(argc, argv);
#if defined(__x86_64__)
	if (ioperm(0x378, 3, 1))
		SKIP("ioperm: %s", strerror(errno));

	subject_freeze();

	/* Nobody is there: it reads as ones, or the program is ended by the signal. */
	EXPECT(inb(0x37a) >= 0, "the port");
	return subject_end();
#else
	SKIP("written for x86_64");
#endif
}
