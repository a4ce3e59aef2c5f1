/* aio.c - asynchronous input and output. */
#include "checks/run.h"

static int claims(const struct fd_look *l)
{
	return is_internal(l, "/[aio]");
}

const struct check check_aio = {
	.name = "aio",
	.title = "Linux AIO",
	.how = "the mapping /[aio]",
	.page =
		"Contexts of io_setup(2).\n\n"
		"Requests under way live in the kernel. A solution would wait for them inside the frozen process,\n"
		"keep the events that nobody has read, set up a new context and move its ring to the same address,\n"
		"which is its id.",
	.claims = claims,
	.meaning = "a ring of asynchronous input and output",
	.remedy = "close the context (io_destroy)",
};
