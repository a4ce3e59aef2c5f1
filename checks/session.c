/* session.c - sessions. */
#include "core/unit.h"

const struct check check_session = {
	.name = "session",
	.title = "sessions without a leader",
	.how = "the session in stat is that of no task of the tree",
	.page =
		"A process whose session was made by a process that has ended, or lies outside.\n\n"
		"A session has the number of the process that made it. When that one is gone, only a process with its\n"
		"number could make it again, and then would have to end. The session of whoever started the tree is\n"
		"carried: it becomes the restorer's.",
};
