/* memfd.c - files in memory. */
#include "checks/run.h"

static int claims(const struct fd_look *l)
{
	return is_internal(l, "/memfd:");
}

const struct check check_memfd = {
	.name = "memfd",
	.title = "memfd",
	.how = "the link /memfd:NAME on no mount, open or mapped",
	.page =
		"A file in memory (memfd_create(2)).\n\n"
		"Contents, seals, size and name can be read through our copy of the descriptor, and made again by\n"
		"memfd_create with the seals set last. Descriptors and mappings of one file have to stay one file.",
	.claims = claims,
	.meaning = "a file in memory (memfd)",
	.remedy = "close it before",
};
