/* flag_id.c - the flag by which a program of old asks whether there is cpuid is set: no restore can set it. */
/* flavours: dynamic */
/* refused: regs */
/* says: flag ID */
/* needs: x86_64 */
#include "subject.h"
#if defined(__x86_64__)

#define FLAG_ID (1L << 21)

static long flags(void)
{
	return (long)__builtin_ia32_readeflags_u64();
}

int main(int argc, char **argv)
{
	subject_init(argc, argv);
	__builtin_ia32_writeeflags_u64((unsigned long)(flags() | FLAG_ID));
	if (!(flags() & FLAG_ID))
		SKIP("this processor has no such flag");

	subject_freeze();

	EXPECT(flags() & FLAG_ID, "the flag is lost");
	return subject_end();
}
#else
#include "elsewhere.h"
#endif
