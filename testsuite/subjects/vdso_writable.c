/* vdso_writable.c - a process that has made its vdso writable: a new one is not. */
/* flavours: dynamic */
/* refused: memory */
/* says: \[vdso\].*changed */
#include "vdso.h"

int main(int argc, char **argv)
{
	subject_init(argc, argv);
	vdso_make_writable();

	subject_freeze();

	vdso[0] = vdso[0];
	return subject_end();
}
