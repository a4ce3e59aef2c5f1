/* vma_flags.c - attributes of mappings. */
#include "core/unit.h"

const struct check check_vma_flags = {
	.name = "vma_flags",
	.title = ROW_TEXT("unusual memory"),
	.also = ROW_TEXT("mlockall hugetlb mseal guard droppable"),
	.how = ROW_TEXT("VmFlags, ProtectionKey and KernelPageSize in smaps"),
	.takes = ROW_TEXT("one more call after each mapping has been made: madvise(2), mmap(2) with flags; mseal(2) as the very last"),
	.page = ROW_PAGE(
		"Memory that is sealed (mseal(2)), made of huge pages (hugetlb), droppable, has guard pages or a "
		"protection key; locking of all memory to come (mlockall with MCL_FUTURE); and any flag that cr does not "
		"know.\n\n"
		"Plain flags are carried with the mapping: locked pages, advice of madvise(2), growing down. Those above "
		"are one more call after the mapping has been made; a seal must come last and forbids even the restore to "
		"move anything. Huge pages need a pool on the machine of the restore. Guard pages show in the page tables "
		"alone on some kernels, MCL_FUTURE only in what is mapped after it, inside.\n\n"
		"About 150 lines, no change of the kernel. A flag that the kernel itself has no name for stays refused."),
	.inside = 1,
};
