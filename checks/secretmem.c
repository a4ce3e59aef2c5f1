/* secretmem.c - memory nobody else may read. */
#include "checks/run.h"

static int claims(const struct fd_look *l)
{
	return is_internal(l, "/secretmem");
}

const struct check check_secretmem = {
	.name = "secretmem",
	.title = "secret memory",
	.how = "the file /secretmem, open or mapped",
	.page =
		"Memory that nobody but its owner can read, not even the kernel by accident (memfd_secret(2)).\n\n"
		"Its contents could only be read by code inside the process, and would then stand in an image on a\n"
		"disk: against its purpose.",
	.claims = claims,
	.meaning = "secret memory: nobody but the process can read it",
	.remedy = "start it without secret memory",
};
