/* vdso_written.c - a process with bytes of its own behind the code of its vdso, which may do again what it might before. */
/* flavours: dynamic */
/* refused: vma_flags */
/* says: \[vdso\].*'ac' */
#include "vdso.h"

int main(int argc, char **argv)
{
	subject_init(argc, argv);
	vdso_make_writable();
	vdso[vdso_size - 1] = 0x55;
	MUST(!mprotect(vdso, vdso_size, PROT_READ | PROT_EXEC));

	subject_freeze();

	EXPECT(vdso[vdso_size - 1] == 0x55, "a byte in the vdso");
	return subject_end();
}
