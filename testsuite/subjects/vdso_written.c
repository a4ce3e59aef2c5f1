/* vdso_written.c - a process with bytes of its own behind the code of its vdso, which may do again what it might before. */
/* flavours: dynamic */
/* refused: vma_flags */
/* says: \[vdso\].*'ac' */
#include "subject.h"
#include <sys/auxv.h>
#include <sys/mman.h>

int main(int argc, char **argv)
{
	char *vdso = (char *)getauxval(AT_SYSINFO_EHDR);
	size_t size = 4096;

	subject_init(argc, argv);
	while (size < 65536 && mprotect(vdso, size, PROT_READ | PROT_WRITE | PROT_EXEC))
		size += 4096;		/* all of it or nothing: it cannot be cut */
	if (size == 65536)
		SKIP("mprotect of the vdso: %s", strerror(errno));
	vdso[size - 1] = 0x55;
	MUST(!mprotect(vdso, size, PROT_READ | PROT_EXEC));

	subject_freeze();

	EXPECT(vdso[size - 1] == 0x55, "a byte in the vdso");
	return subject_end();
}
