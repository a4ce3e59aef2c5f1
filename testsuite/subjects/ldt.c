/* ldt.c - a segment of its own in the local descriptor table. */
/* flavours: dynamic */
/* refused: ldt */
/* needs: x86_64 */
#include "subject.h"
#if defined(__x86_64__)
#include <asm/ldt.h>
#endif

int main(int argc, char **argv)
{
	subject_init(argc, argv);
#if defined(__x86_64__)
	struct user_desc d = { .entry_number = 1, .base_addr = 0x1000, .limit = 0xfff, .useable = 1, .seg_32bit = 1 };
	char text[64];

	if (syscall(SYS_modify_ldt, 1, &d, sizeof(d)))
		SKIP("modify_ldt: %s", strerror(errno));

	subject_freeze();

	EXPECT((int)syscall(SYS_modify_ldt, 0, text, sizeof(text)) >= 16, "the table");
	return subject_end();
#else
	SKIP("written for x86_64");
#endif
}
