/* aio.c - asynchronous input and output. */
#include "core/unit.h"

const struct check check_aio = {
	.name = "aio",
	.title = ROW_TEXT("Linux AIO"),
	.how = ROW_TEXT("the mapping /[aio]"),
	.takes = ROW_TEXT("io_getevents inside until nothing is under way, io_setup anew, mremap of the ring to its old address"),
	.page = ROW_PAGE(
		"Contexts of io_setup(2), used by databases (MySQL, Oracle) and by QEMU with aio=native.\n\n"
		"The ring of a context is a mapping, which shows it, and its address is the context's id, which the "
		"program keeps. Requests under way live in the kernel with buffers and files, and how many there are is "
		"not told. A solution would wait for them inside the frozen process, keep the events that nobody has "
		"read, set up a new context and move its ring to the same address. About 200 lines, no change of the "
		"kernel.\n\n"
		"POSIX AIO of glibc (aio_read(3)) uses plain threads and is carried."),
	.links = "/[aio]*",
	.meaning = "a ring of asynchronous input and output",
	.remedy = "close the context (io_destroy)",
};
