/* pty.c - terminals that are not the job's own. */
#include <sys/sysmacros.h>

#include "checks/run.h"

static int is_pty(dev_t rdev)
{
	unsigned maj = major(rdev);

	return rdev == makedev(5, 2) || rdev == makedev(5, 0) || (maj >= 136 && maj <= 143) || maj == 2 || maj == 3;
}

static int claims(const struct fd_look *l)
{
	return is_device(l) && S_ISCHR(l->st.st_mode) && is_pty(l->st.st_rdev);
}

const struct check check_pty = {
	.name = "pty",
	.title = "pseudo terminals",
	.how = "st_rdev of the descriptor: 5:2, 136..143:*, and the BSD ones 2:* and 3:*",
	.page =
		"Both ends of pseudo terminals (pty(7)).\n\n"
		"The terminal that the job was started from is carried: it becomes the terminal of whoever restores\n"
		"the job. A terminal whose master is in the tree (screen, tmux, script, an editor with a shell in it)\n"
		"has modes, a size, a session and two queues. A line typed but not finished cannot be read without\n"
		"changing it.",
	.claims = claims,
	.meaning = "a pseudo terminal",
	.remedy = "start it from a shell in that terminal",
};
