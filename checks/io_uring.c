/* io_uring.c - rings for asynchronous system calls. */
#include "core/unit.h"

static const char *const links[] = { "anon_inode:[io_uring]", NULL };

const struct check check_io_uring = {
	.name = "io_uring",
	.title = "io_uring",
	.how = "the link of the descriptor, threads of the kernel's own, mappings; rings without a descriptor are asked for inside",
	.page =
		"Rings for asynchronous system calls (io_uring(7)).\n\n"
		"Requests that are under way live in the kernel, with buffers, files, credentials and timeouts of\n"
		"their own, and nobody can read them out. A ring may also be registered and then closed: nothing\n"
		"outside shows it, so a dump asks each thread inside (IORING_REGISTER_PROBE of all 16 slots).\n\n"
		"A solution would wait until all requests have ended, then make a ring of the same size, register the\n"
		"same files and buffers and map it at the same place. It needs a kernel interface that tells what is\n"
		"registered.",
	.links = links,
	.meaning = "an io_uring",
	.remedy = "start it without io_uring",
};
