/* io_uring.c - rings for asynchronous system calls. */
#include "core/unit.h"

const struct check check_io_uring = {
	.name = "io_uring",
	.title = ROW_TEXT("io_uring"),
	.also = ROW_TEXT("iouring"),
	.how = ROW_TEXT("the link of the descriptor, threads of the kernel's own, mappings; rings without a descriptor are asked for inside"),
	.takes = ROW_TEXT("waiting for all requests to end, and a kernel interface that lists registered files and buffers"),
	.page = ROW_PAGE(
		"Rings for asynchronous system calls (io_uring(7)): newer databases, servers, QEMU, runtimes.\n\n"
		"Requests under way live in the kernel, with buffers, files, credentials and timeouts of their own, and "
		"nobody can read them out. A ring may be registered and then closed: nothing outside shows it, so a dump "
		"asks each thread for all 16 slots (IORING_REGISTER_PROBE). Threads of the kernel that work for a ring "
		"are counted by /proc as threads of the process.\n\n"
		"A solution would wait until all requests have ended, make a ring of the same size, register the same "
		"files and buffers and map it at the same place. What is registered is not told: it needs a kernel "
		"interface. Most programs have a switch to do without."),
	.inside = 1,
	.links = "anon_inode:[io_uring]",
	.meaning = "an io_uring",
	.remedy = "start it without io_uring",
};
