/* fscontext.c - file systems being set up. */
#include "core/unit.h"

static const char *const links[] = { "anon_inode:[fscontext]", NULL };

const struct check check_fscontext = {
	.name = "fscontext",
	.title = "mount descriptors",
	.how = "the link of the descriptor",
	.page =
		"A file system that is being set up (fsopen(2), fspick(2)).\n\n"
		"What has been configured so far cannot be read back. It is only open for a moment, so try again.",
	.links = links,
	.meaning = "a file system that is being set up",
	.remedy = "try again when it has been mounted",
};
