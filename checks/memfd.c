/* memfd.c - files in memory. */
#include "core/unit.h"

const struct check check_memfd = {
	.name = "memfd",
	.title = ROW_TEXT("memfd"),
	.also = ROW_TEXT("memfd_create"),
	.how = ROW_TEXT("the link /memfd:NAME on no mount, open or mapped"),
	.takes = ROW_TEXT("memfd_create(2), contents into the image, seals set last"),
	.page = ROW_PAGE(
		"A file in memory (memfd_create(2)): Wayland, PulseAudio, browsers, JIT compilers.\n\n"
		"Contents, seals, size and name can be read through our copy of the descriptor. It is made again by "
		"memfd_create(2), filled, and sealed as the last step. Descriptors and mappings of one file, in several "
		"processes, have to stay one file: its inode number tells which belong together. Huge pages need a pool "
		"on the machine of the restore. A copy in a process outside, such as the compositor, cannot be joined "
		"again and would stay refused.\n\n"
		"About 200 lines together with shared_memory, no change of the kernel."),
	.links = "/memfd:*",
	.meaning = "a file in memory (memfd)",
	.remedy = "close it before",
};
