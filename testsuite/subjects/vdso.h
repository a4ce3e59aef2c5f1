/* vdso.h - makes the vdso writable, which programs do not. */
#ifndef SUBJECT_VDSO_H
#define SUBJECT_VDSO_H

#include "subject.h"
#include <sys/auxv.h>
#include <sys/mman.h>

static char *vdso;
static size_t vdso_size = 4096;

static void vdso_make_writable(void)
{
	vdso = (char *)getauxval(AT_SYSINFO_EHDR);
	while (vdso_size < 65536 && mprotect(vdso, vdso_size, PROT_READ | PROT_WRITE | PROT_EXEC))
		vdso_size += 4096;	/* all of it or nothing: it cannot be cut */
	if (vdso_size == 65536)
		SKIP("mprotect of the vdso: %s", strerror(errno));
}

#endif
