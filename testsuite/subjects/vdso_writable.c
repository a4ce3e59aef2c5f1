/* vdso_writable.c - a process that has made its vdso writable: a new one is not. */
/* flavours: dynamic */
/* refused: memory */
/* says: \[vdso\].*changed */
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

	subject_freeze();

	vdso[0] = vdso[0];
	return subject_end();
}
