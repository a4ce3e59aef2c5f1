/* vma_flags.c - attributes of mappings. */
#include "core/unit.h"

const struct check check_vma_flags = {
	.name = "vma_flags",
	.title = "unusual memory",
	.how = "VmFlags, ProtectionKey and KernelPageSize in smaps",
	.page =
		"Memory that is locked, sealed, made of huge pages, droppable, or has a protection key; and any flag\n"
		"that cr does not know.\n\n"
		"Most of these are one more system call after the mapping has been made; sealing has to be the very\n"
		"last. A flag that the kernel itself has no name for is refused always.",
};
