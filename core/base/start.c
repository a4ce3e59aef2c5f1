/*
 * start.c - before the C library starts: adds the address at which the program stands to the pointers in its tables.
 *
 *	.relr.dyn	| address | bitmap of the 63 words after it, lowest bit set | bitmap ... | address | ...
 *
 * The linker can pack these relocations into a fiftieth of the room (-z pack-relative-relocs), but musl reads them only since 1.2.4. With
 * an older one scripts/probe-cc links with --wrap=__libc_start_main, so that this runs first; else nothing refers to it.
 */
#include <elf.h>
#include <link.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef DT_RELR
#define DT_RELRSZ 35
#define DT_RELR 36
#endif
#define BITS (8 * sizeof(uintptr_t))
#define HIDDEN __attribute__((visibility("hidden")))	/* or its address would have to be relocated first */

extern ElfW(Dyn) _DYNAMIC[] HIDDEN;
extern const char __ehdr_start[] HIDDEN;
int main(int, char **, char **) HIDDEN;
int __real___libc_start_main(int (*)(int, char **, char **), int, char **, void (*)(void), void (*)(void), void (*)(void)) HIDDEN;
int __wrap___libc_start_main(int (*)(int, char **, char **), int, char **, void (*)(void), void (*)(void), void (*)(void));

static void relocate(uintptr_t base, const uintptr_t *packed, size_t n)
{
	uintptr_t *word = NULL;

	for (; n; n--, packed++) {
		if (!(*packed & 1)) {
			word = (uintptr_t *)(base + *packed);
			*word++ += base;
			continue;
		}
		for (size_t i = 0; i < BITS - 1; i++)
			if (*packed >> (i + 1) & 1)
				word[i] += base;
		word += BITS - 1;
	}
}

int __wrap___libc_start_main(int (*unused)(int, char **, char **), int argc, char **argv, void (*init)(void), void (*fini)(void), void (*end)(void))
{
	uintptr_t base = (uintptr_t)__ehdr_start;
	const uintptr_t *packed = NULL;
	size_t size = 0;

	for (const ElfW(Dyn) *d = _DYNAMIC; d->d_tag != DT_NULL; d++) {
		if (d->d_tag == DT_RELR)
			packed = (const uintptr_t *)(base + d->d_un.d_ptr);
		if (d->d_tag == DT_RELRSZ)
			size = d->d_un.d_val;
	}
	relocate(base, packed, size / sizeof(*packed));
	return __real___libc_start_main(main, argc, argv, init, fini, end);
}

/* What cannot be protected can still be used: an error means nothing here. */
static void __attribute__((constructor)) protect(void)
{
	const ElfW(Ehdr) *elf = (const void *)__ehdr_start;
	const ElfW(Phdr) *p = (const void *)(__ehdr_start + elf->e_phoff);
	uintptr_t page = (uintptr_t)getpagesize(), base = (uintptr_t)__ehdr_start;

	for (int i = 0; i < elf->e_phnum; i++, p++) {
		/* Nothing else stands in the last page (scripts/static.ld), or it ends with the page. */
		uintptr_t from = (base + p->p_vaddr) & -page, to = (base + p->p_vaddr + p->p_memsz + page - 1) & -page;

		if (p->p_type == PT_GNU_RELRO && elf->e_type == ET_DYN)
			mprotect((void *)from, to - from, PROT_READ);
	}
}
